using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Perimeter.Harness;
using Perimeter.Streaming.Tests;

namespace Perimeter.Pipeline.Tests;

/// <summary>The pipeline as processes over real brokers, with the warehouse behind a proxy that can misbehave; and the switch that talks to it.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly KafkaCluster _kafka;
    private readonly string[] _ofKafka;
    private readonly int _writerPort = FreePort();
    private readonly Dictionary<string, string> _environment;
    private int _made;

    private Cluster(KafkaCluster kafka, int brokers, int partitions, bool isQuickToLose)
    {
        _kafka = kafka;
        _ofKafka =
        [
            "--kafka", kafka.Bootstrap, "--kafka-partitions", $"{partitions}", "--kafka-replication", $"{brokers}", "--kafka-min-insync", $"{Math.Max(1, brokers - 1)}",
        ];
        _environment = isQuickToLose
            ? new Dictionary<string, string> { ["PERIMETER__Kafka__SessionTimeoutMs"] = "3000", ["PERIMETER__Kafka__TransactionTimeoutMs"] = "10000" }
            : new Dictionary<string, string> { ["PERIMETER__Kafka__SessionTimeoutMs"] = "120000" };
        Warehouse = new RoleProcess("warehouse", Path.Combine(_scratch["disk"], "warehouse"), ["--clickhouse-port", "0", "--writer-port", $"{_writerPort}"], new Dictionary<string, string>());
        Config = new RoleProcess("config", _scratch["config"], ["--carrier", SampleRecords.CarrierFolder, .. _ofKafka], _environment);
    }

    public KafkaCluster Kafka => _kafka;

    public RoleProcess Warehouse { get; }

    /// <summary>That the warehouse's data folder is on; null where it is on the machine's.</summary>
    public Tmpfs? Disk { get; private set; }

    /// <summary>Why there is none though one was asked for.</summary>
    public string WhyNoDisk { get; private set; } = "";

    public RoleProcess Config { get; }

    public FaultProxy Proxy { get; private set; } = null!;

    public List<RoleProcess> Ingests { get; } = [];

    public List<RoleProcess> Engines { get; } = [];

    public List<RoleProcess> Aggregators { get; } = [];

    /// <summary>How often a batch was sent again since its first sending may not have been taken.</summary>
    public int Resent { get; private set; }

    /// <param name="isQuickToLose">Whether Kafka gives a silent process or broker up in seconds, so that others take over within the test: not where nobody should, however busy the machine.</param>
    /// <param name="diskMegabytes">Of a disk of its own for the warehouse, where one can be made; 0 for none.</param>
    public static async Task<Cluster> StartAsync(int ingests, int engines, int aggregators, int brokers = 1, int partitions = 4, int diskMegabytes = 0, bool isQuickToLose = true)
    {
        Cluster cluster = new(await KafkaCluster.StartAsync(brokers, isQuickToLose), brokers, partitions, isQuickToLose);
        try
        {
            if (diskMegabytes > 0)
            {
                (cluster.Disk, cluster.WhyNoDisk) = await Tmpfs.TryMountAsync(cluster._scratch["disk"], diskMegabytes);
            }

            await cluster.Warehouse.LiveAsync();
            cluster.Proxy = await FaultProxy.StartAsync(new Uri($"http://127.0.0.1:{cluster._writerPort}"));
            await cluster.Config.LiveAsync();
            await Task.WhenAll(
            [
                .. Enumerable.Range(0, ingests).Select(_ => cluster.AddIngestAsync()), .. Enumerable.Range(0, engines).Select(_ => cluster.AddEngineAsync()),
                .. Enumerable.Range(0, aggregators).Select(_ => cluster.AddAggregatorAsync()),
            ]);
            foreach (RoleProcess role in (IEnumerable<RoleProcess>)[cluster.Config, .. cluster.Engines, .. cluster.Aggregators])
            {
                await role.WaitUntilReadyAsync();
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public RoleProcess NewIngest() => New("ingest", []);

    public RoleProcess NewEngine() => New("rating-engine", OfClickHouse());

    public RoleProcess NewAggregator() => New("aggregator", OfClickHouse());

    public Task AddIngestAsync() => AddAsync(NewIngest(), Ingests);

    public Task AddEngineAsync() => AddAsync(NewEngine(), Engines);

    public Task AddAggregatorAsync() => AddAsync(NewAggregator(), Aggregators);

    /// <summary>Sends a batch until it is taken, each time to whichever of the living switch edges comes next.</summary>
    public async Task SendAsync(IReadOnlyList<string> records, Random random)
    {
        using Deadline deadline = new(TimeSpan.FromMinutes(3));
        while (true)
        {
            RoleProcess[] living;
            lock (Ingests)
            {
                living = [.. Ingests.Where(ingest => ingest.IsAlive)];
            }

            if (living.Length == 0)
            {
                await deadline.WaitAsync($"a switch edge lives\n{Errors()}");
                continue;
            }

            RoleProcess to = living[random.Next(living.Length)];
            HttpStatusCode? status = await PostAsync(to, records);
            if (status == HttpStatusCode.Accepted)
            {
                return;
            }

            Resent++;
            Assert.True(status is null or HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"{status}\n{to.Errors}");
            await deadline.WaitAsync($"a batch is taken\n{to.Errors}");
        }
    }

    /// <summary>Posts once. Null where there was no answer.</summary>
    public static async Task<HttpStatusCode?> PostAsync(RoleProcess ingest, IReadOnlyList<string> records)
    {
        try
        {
            using HttpClient http = new() { BaseAddress = ingest.Address, Timeout = TimeSpan.FromSeconds(60) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(ingest.DataFolder, "api-key")).Trim());
            using StringContent body = new(string.Join('\n', records), Encoding.UTF8, "application/x-ndjson");
            using HttpResponseMessage answer = await http.PostAsync(new Uri("/v1/calls", UriKind.Relative), body);
            return answer.StatusCode;
        }
        catch (Exception failure) when (NoAnswer.Is(failure) || failure is TaskCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    public Task<IReadOnlyList<string[]>> QueryAsync(string sql) => Warehouse.Process.QueryAsync(Warehouse.DataFolder, sql);

    /// <summary>Until a query gives so much, or more.</summary>
    public async Task WaitForAsync(string sql, long least, TimeSpan? patience = null)
    {
        using Deadline deadline = new(patience ?? TimeSpan.FromMinutes(5));
        while (long.Parse((await QueryAsync(sql))[0][0], System.Globalization.CultureInfo.InvariantCulture) is var found && found < least)
        {
            await deadline.WaitAsync($"{sql} gives {least}; it gives {found}.\n{Errors()}");
        }
    }

    /// <summary>How often a role had ended by itself, and was started again, as its supervisor would.</summary>
    public int Revived { get; private set; }

    /// <summary>Starts what has ended by itself again, and tells why it had.</summary>
    public async Task ReviveAsync()
    {
        foreach (RoleProcess role in Roles().Where(role => role.Process.HasExited))
        {
            Revived++;
            TestContext.Current.TestOutputHelper?.WriteLine($"The {role.Role} ended by itself: {role.Process.Errors}");
            await role.LiveAsync();
        }
    }

    /// <summary>What all roles have said, for a test that fails.</summary>
    public string Errors() => string.Join('\n', Roles().Select(Said));

    /// <summary>What all roles have said, and say when they are asked now.</summary>
    public async Task<string> StateAsync()
    {
        StringBuilder state = new();
        foreach (RoleProcess role in Roles())
        {
            state.AppendLine(Said(role)).AppendLine(await role.StateAsync());
        }

        return state.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RoleProcess role in (IEnumerable<RoleProcess>)[.. Ingests, .. Engines, .. Aggregators, Config, Warehouse])
        {
            role.Dispose();
        }

        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }

        await _kafka.DisposeAsync();
        Disk?.Dispose();
        _scratch.Dispose();
    }

    private string[] OfClickHouse() =>
        ["--clickhouse-url", $"{Proxy.Address}", "--clickhouse-user", "writer", "--clickhouse-password-file", Path.Combine(Warehouse.DataFolder, "writer-key")];

    private RoleProcess New(string role, IReadOnlyList<string> arguments) =>
        new(role, _scratch[$"{role}-{Interlocked.Increment(ref _made)}"], [.. arguments, .. _ofKafka], _environment);

    private static async Task AddAsync(RoleProcess role, List<RoleProcess> roles)
    {
        await role.LiveAsync();
        lock (roles)
        {
            roles.Add(role);
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private IEnumerable<RoleProcess> Roles() => [Warehouse, Config, .. Ingests, .. Engines, .. Aggregators];

    private static string Said(RoleProcess role) => $"== {role.Role} {Path.GetFileName(role.DataFolder)}{(role.IsAlive ? "" : ", ended")}\n{role.Errors}";
}
