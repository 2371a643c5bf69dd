using System.Text;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using Perimeter.Warehouse.Cluster;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Warehouse.Server;

/// <summary>Statements for a server, one at a time. There is no session: settings go with each of them.</summary>
internal sealed class ServerConnection(ClickHouseClient client, ClickHouseServerOptions options, IReadOnlyList<QuerySetting> settings) : IWarehouseConnection
{
    private int _statements;

    /// <summary>Null where one server holds the tables.</summary>
    public WarehouseCluster? Cluster { get; } = options.Servers;

    public IReadOnlyList<LaneClaim> Claims { get; set; } = [];

    /// <summary>Of the query ids of statements that are not made under a claim.</summary>
    public required string IdPrefix { get; set; }

    public void Execute(string sql)
    {
        foreach (string statement in Cluster is null ? [sql] : ClusterStatements.Of(sql, Cluster))
        {
            Run(statement);
        }
    }

    /// <summary>A statement that is written for what holds the tables, be it a server or a cluster.</summary>
    public void Run(string sql) => Whole(sql, "", [], NewId(IdPrefix), Cluster is null ? [] : ClusterSettings.OnCluster(options.StatementTimeout)).Dispose();

    /// <inheritdoc/>
    public IWarehouseResult Query(ReadOnlySpan<byte> sql, string format, IReadOnlyList<QueryParameter> parameters) =>
        Whole(Encoding.UTF8.GetString(sql), format, parameters, NewId(IdPrefix), Reading);

    /// <summary>What the owners of lanes are asked for.</summary>
    public string QueryOwner(string sql)
    {
        using ServerResult result = Whole(sql, "TabSeparated", [], NewId(IdPrefix), Cluster is null ? [] : ClusterSettings.ReadingOwners);
        return Encoding.UTF8.GetString(result.Bytes);
    }

    /// <inheritdoc/>
    public IWarehouseStream StreamBlocks(ReadOnlySpan<byte> sql, IReadOnlyList<QueryParameter> parameters)
    {
        string text = WithFormat(Encoding.UTF8.GetString(sql), "Native");
        QueryOptions query = Options(parameters, NewId(IdPrefix), Reading);
        var statement = new ServerStatement(options.Address, options.StatementTimeout, options.Time);
        ClickHouseRawResult? answer = null;
        try
        {
            answer = statement.Run(token => client.ExecuteRawResultAsync(text, query, token));
            return new ServerBlocks(statement, answer, statement.Run(_ => answer.ReadAsStreamAsync()), options.MaxBlockBytes);
        }
        catch
        {
            answer?.Dispose();
            statement.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Insert(string table, ColumnSet rows, params ReadOnlySpan<(string Column, string Expression)> constants)
    {
        string target = Cluster is null ? table : ClusterTables.WrittenAs(table);
        string sql = rows.InsertInto(target, ArrowBody.Source(rows), constants) + LaneGuard.Where(Claims) + " FORMAT ArrowStream";
        string id = NewId(InsertIdPrefix);
        QueryOptions query = Options([], id, Inserting(table, id));
        using var statement = new ServerStatement(options.Address, options.StatementTimeout, options.Time);
        using HttpResponseMessage answer = statement.Run(token => ArrowBody.PostAsync(client, sql, rows, query, token));
    }

    /// <inheritdoc/>
    public void InsertSelect(string sql, IReadOnlyList<QueryParameter> parameters)
    {
        (string table, string statement) = Cluster is null ? ("", sql) : ClusterStatements.Insert(sql);
        string id = NewId(InsertIdPrefix);
        Whole(LaneGuard.Around(statement, Claims), "", parameters, id, Inserting(table, id)).Dispose();
    }

    public void Dispose()
    {
        // Nothing of it is on the server between two statements.
    }

    // What was inserted under claims is found again by each of them, to be ended.
    private string InsertIdPrefix => Claims.Count > 0 ? ClickHouseServer.InsertPrefix(Claims) : IdPrefix;

    private IReadOnlyList<(string Name, string Value)> Reading => Cluster is null ? [] : ClusterSettings.Reading;

    private IReadOnlyList<(string Name, string Value)> Inserting(string table, string id) => Cluster is null ? [] : ClusterSettings.Inserting(table, id);

    private static string WithFormat(string sql, string format) => format.Length == 0 ? sql : $"{sql.TrimEnd().TrimEnd(';')}\nFORMAT {format}";

    // Unique on the server, whatever else runs there: a second of the same id would be refused.
    private string NewId(string prefix) => $"{prefix}{Interlocked.Increment(ref _statements)}-{Guid.NewGuid():N}";

    private ServerResult Whole(string sql, string format, IReadOnlyList<QueryParameter> parameters, string id, IReadOnlyList<(string Name, string Value)> others)
    {
        // So that a query which fails on the way answers with its failure alone.
        QueryOptions query = Options(parameters, id, [("wait_end_of_query", "1"), .. others]);
        using var statement = new ServerStatement(options.Address, options.StatementTimeout, options.Time);
        using ClickHouseRawResult answer = statement.Run(token => client.ExecuteRawResultAsync(WithFormat(sql, format), query, token));
        Stream body = statement.Run(_ => answer.ReadAsStreamAsync());
        return new ServerResult(statement.Run(token => ReadAsync(body, token)));
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and int read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > options.MaxResultBytes)
            {
                throw new ClickHouseException(ClickHouseException.NoCode, $"The answer has more than {options.MaxResultBytes} bytes.");
            }
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private QueryOptions Options(IReadOnlyList<QueryParameter> parameters, string id, IReadOnlyList<(string Name, string Value)> others)
    {
        Dictionary<string, object> arguments = settings.ToDictionary(setting => setting.Name, setting => (object)setting.Value);
        foreach (QueryParameter parameter in parameters)
        {
            arguments["param_" + parameter.Name] = parameter.Value;
        }

        foreach ((string name, string value) in others)
        {
            arguments[name] = value;
        }

        return new QueryOptions { QueryId = id, CustomSettings = arguments, AcceptEncoding = "identity" };
    }
}
