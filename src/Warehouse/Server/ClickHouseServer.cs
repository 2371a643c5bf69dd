using System.Globalization;
using System.Security.Cryptography;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using Perimeter.Warehouse.Cluster;

namespace Perimeter.Warehouse.Server;

/// <summary>
/// A ClickHouse server by its HTTP interface. Lanes are fenced by epochs: docs/decisions/0011-clickhouse-server.md tells what a crash means beside each step.
/// </summary>
public sealed class ClickHouseServer : IWarehouse, IDisposable
{
    /// <summary>Every statement's query id begins so.</summary>
    private const string IdPrefix = "perimeter/";

    // Two that claim a lane at the same moment end each other's claims; after so many they leave it to the next try.
    private const int ClaimTries = 5;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);

    private readonly ClickHouseServerOptions _options;
    private readonly WarehouseCluster? _cluster;
    private readonly HttpClient _http;
    private readonly ClickHouseClient _client;

    public ClickHouseServer(ClickHouseServerOptions options)
        : this(options, new SocketsHttpHandler { ConnectTimeout = options.ConnectTimeout, PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
    }

    /// <param name="options">Where the server is.</param>
    /// <param name="transport">How requests get there; disposed with this.</param>
    public ClickHouseServer(ClickHouseServerOptions options, HttpMessageHandler transport)
    {
        _options = options;
        _cluster = options.Servers;
        _http = new HttpClient(transport)
        {
            // Each statement has its own limit, which also counts the reading of its answer.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client = new ClickHouseClient(new ClickHouseClientSettings
        {
            Protocol = options.Address.Scheme, Host = options.Address.Host, Port = checked((ushort)options.Address.Port), Database = options.Database,
            Username = options.User, Password = options.Password, UseCompression = false, HttpClient = _http,
        });
    }

    /// <inheritdoc cref="Connect(IReadOnlyList{QuerySetting})"/>
    public IWarehouseConnection Connect() => Connect([]);

    public IWarehouseConnection Connect(IReadOnlyList<QuerySetting> settings) => Open(settings);

    /// <summary>Nothing to look at from here: a server that finds a damaged part says so in its own log and metrics, and docs/operations.md tells where.</summary>
    public void RequireWhole()
    {
    }

    /// <inheritdoc/>
    public void Settle(string table)
    {
        using ServerConnection connection = Open([]);
        Settle(connection, [table]);
    }

    /// <inheritdoc/>
    public LaneClaim? Claim(string lane) => Take(lane, NewToken(), "");

    /// <inheritdoc/>
    public LaneClaim Renew(LaneClaim claim) =>
        Take(claim.Lane, claim.Holder, $" HAVING startsWith(argMax(owner, (epoch, owner)), '{claim.Holder}')");

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    /// <summary>The beginning of an insert's query id: it names every lane, and whose each is.</summary>
    internal static string InsertPrefix(IReadOnlyList<LaneClaim> claims) =>
        string.Concat(claims.Select(claim => string.Create(CultureInfo.InvariantCulture, $"{LaneId(claim.Lane)}{claim.Epoch}-{claim.Owner}/")));

    /// <summary>What the query ids of all statements of a lane hold.</summary>
    private static string LaneId(string lane) => $"{IdPrefix}{lane}/";

    private static string NewToken() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <param name="lane">The partition.</param>
    /// <param name="holder">Who takes it.</param>
    /// <param name="onlyWhere">On what the owners so far must be for that; empty where it does not matter.</param>
    private LaneClaim Take(string lane, string holder, string onlyWhere)
    {
        string laneId = LaneId(lane);
        using ServerConnection connection = Open([]);
        for (int i = 0; i < ClaimTries; i++)
        {
            // 1. The epoch. Crash: the lane is nobody's, its earlier owner is refused, and whoever comes next takes the number after.
            string owner = $"{holder}.{NewToken()}";
            connection.IdPrefix = $"{laneId}claim-{owner}/";
            InsertEpoch(
                connection,
                $"INSERT INTO {LaneGuard.Table} (lane, epoch, owner, taken_at) SELECT {SqlText.Quoted(lane)}, max(epoch) + 1, '{owner}', now64(3) FROM {LaneGuard.Table} WHERE lane = {SqlText.Quoted(lane)}{onlyWhere}");

            // 2. What was under way before the epoch was there is in the server's list, and is ended. What comes later sees the epoch. Crash: as above.
            connection.IdPrefix = IdPrefix;
            End(connection, laneId);

            // What they had done by then is on the servers that did it: the others catch up. Crash: as above.
            Settle(connection, ClusterTables.Sharded);

            // 3. Whose the lane is now: another's claim may have come in between. What is read after this has all that will ever land of earlier claims.
            string[] last = connection.QueryOwner($"SELECT epoch, owner FROM {LaneGuard.Table} WHERE lane = {SqlText.Quoted(lane)} ORDER BY epoch DESC, owner DESC LIMIT 1").TrimEnd('\n').Split('\t');
            if (last is not [var epoch, var top])
            {
                continue;
            }

            if (top == owner)
            {
                return new LaneClaim(lane, ulong.Parse(epoch, NumberStyles.None, CultureInfo.InvariantCulture), owner, holder);
            }

            if (onlyWhere.Length > 0 && !top.StartsWith(holder, StringComparison.Ordinal))
            {
                throw new LaneLostException($"Another process has taken {lane} (epoch {epoch}, owner {top}).");
            }
        }

        throw new ClickHouseException(ClickHouseException.NoCode, $"Another process claims {lane} at the same time: {ClaimTries} claims of this one came to nothing.");
    }

    private ServerConnection Open(IReadOnlyList<QuerySetting> settings) => new(_client, _options, settings) { IdPrefix = IdPrefix };

    /// <summary>Ends what has query ids that hold this, and returns when none of it is left: not by KILL's word alone, but because the list says so.</summary>
    private void End(ServerConnection connection, string laneId)
    {
        string which = $"position(query_id, {SqlText.Quoted(laneId)}) > 0";
        string everywhere = _cluster is null ? "" : $" {_cluster.OnCluster}";
        string list = _cluster is null ? "system.processes" : _cluster.AllReplicas("system.processes");
        long began = _options.Time.GetTimestamp();
        while (true)
        {
            connection.Run($"KILL QUERY{everywhere} WHERE {which} SYNC");
            if (connection.QueryText($"SELECT count() FROM {list} WHERE {which}") == "0\n")
            {
                return;
            }

            if (_options.Time.GetElapsedTime(began) >= _options.KillTimeout)
            {
                throw new ClickHouseException(
                    ClickHouseException.NoCode, $"Queries that were ended are still under way after {_options.KillTimeout.TotalSeconds:0} s (query ids with {laneId}): what they insert is not known yet.");
            }

            Wait();
        }
    }

    /// <summary>Waits until every server has what any of them had when this began: replicas fetch in no order, so one that has a later row may lack earlier ones.</summary>
    private void Settle(ServerConnection connection, IEnumerable<string> tables)
    {
        foreach (string table in _cluster is null ? [] : tables)
        {
            connection.Run($"SYSTEM SYNC REPLICA {_cluster!.OnCluster} {_cluster.Full(ClusterTables.WrittenAs(table))} LIGHTWEIGHT");
        }
    }

    /// <summary>On a cluster owners are inserted one after the other, and who comes while another is under way is turned away.</summary>
    private void InsertEpoch(ServerConnection connection, string sql)
    {
        long began = _options.Time.GetTimestamp();
        while (true)
        {
            try
            {
                connection.InsertSelect(sql, []);
                return;
            }
            catch (ClickHouseException e) when (e.Code == ClusterSettings.QuorumIsBusy && _options.Time.GetElapsedTime(began) < _options.KillTimeout)
            {
                Wait();
            }
        }
    }

    // A thread of the caller's own, as with every statement.
    private void Wait() => Task.Delay(AskAgain, _options.Time).GetAwaiter().GetResult();
}
