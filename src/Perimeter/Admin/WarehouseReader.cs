using System.Text;
using System.Text.Json;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

/// <summary>Reads ClickHouse for a command: through the running instance, or from the idle data folder, which is then taken while the reader is open.</summary>
internal sealed class WarehouseReader : IDisposable
{
    private readonly AdminClient? _running;
    private readonly DataFolder? _folder;
    private readonly EmbeddedClickHouse? _engine;
    private readonly ClickHouseConnection? _connection;

    private WarehouseReader(AdminClient running) => _running = running;

    private WarehouseReader(DataFolder folder)
    {
        _folder = folder;
        try
        {
            _engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = folder.ClickHouse, WriteFailed = ProcessEnd.Now });
            _connection = _engine.Connect();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <exception cref="CommandException">There is nothing to read, or another process has the folder.</exception>
    public static async Task<WarehouseReader> OpenAsync(string dataFolder, CancellationToken cancellationToken)
    {
        DataFolder look = DataFolder.Look(dataFolder);
        if (await AdminClient.TryConnectAsync(look, cancellationToken).ConfigureAwait(false) is { } running)
        {
            return new WarehouseReader(running);
        }

        return look.IsOurs && Directory.Exists(look.ClickHouse)
            ? new WarehouseReader(DataFolder.Take(dataFolder))
            : throw new CommandException($"{look.Path} holds no calls yet. Start with 'perimeter up --sample', or name the right folder with --data.");
    }

    /// <summary>The rows of a statement, each an object of its columns; 64-bit numbers and decimals are texts, exact.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancellationToken)
    {
        const string exact = "\nSETTINGS output_format_json_quote_64bit_integers = 1, output_format_json_quote_decimals = 1";
        byte[] lines = await ReadAsync(sql + exact, "JSONEachRow", parameters, cancellationToken).ConfigureAwait(false);
        return [.. Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    /// <summary>The result of a statement in the engine's format Native.</summary>
    public Task<byte[]> QueryNativeAsync(string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancellationToken) =>
        ReadAsync(sql, "Native", parameters, cancellationToken);

    public void Dispose()
    {
        _connection?.Dispose();
        _engine?.Dispose();
        _folder?.Dispose();
        _running?.Dispose();
    }

    private async Task<byte[]> ReadAsync(string sql, string format, IReadOnlyList<QueryParameter> parameters, CancellationToken cancellationToken)
    {
        if (_running is not null)
        {
            return await _running.QueryAsync(new QueryOrder(sql, format, parameters), cancellationToken).ConfigureAwait(false);
        }

        using ClickHouseResult result = _connection!.Query(sql, format, parameters);
        return result.Bytes.ToArray();
    }
}
