using System.Globalization;
using System.Text;
using Perimeter.Aggregator.Rerating;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests.Rerating;

/// <summary>A carrier folder with its revisions, the engine, and what landed in it.</summary>
internal sealed class RerateWorld : IDisposable
{
    /// <summary>Everything that a view of the product adds up.</summary>
    private static readonly string[] Views =
    [
        "SELECT * FROM trunk_group_minutes ORDER BY ALL", "SELECT * FROM margin_by_relationship_and_day ORDER BY ALL",
        "SELECT * FROM margin_by_call_day_and_customer ORDER BY ALL", "SELECT * FROM margin_by_trunk_group ORDER BY ALL",
        "SELECT * FROM top_destinations ORDER BY ALL", "SELECT * FROM asr_and_aloc_by_vendor ORDER BY ALL", "SELECT * FROM unbilled_calls ORDER BY ALL",
        "SELECT * FROM calls_by_trunk_group ORDER BY ALL", "SELECT * FROM calls_by_relationship ORDER BY ALL", "SELECT * FROM totals",
    ];

    private readonly EngineFixture _fixture;
    private readonly string _store = Directory.CreateTempSubdirectory("perimeter-rerate-store-").FullName;
    private readonly RevisionStore _revisions;
    private readonly List<RatedCallBatch> _batches = [];

    public RerateWorld(EngineFixture fixture)
    {
        _fixture = fixture;
        Engine = fixture.Empty();
        _revisions = new RevisionStore(_store, TimeProvider.System);
    }

    public EmbeddedClickHouse Engine { get; private set; }

    public CarrierFolderFiles Carrier { get; } = new();

    public string PositionFile => Path.Combine(_store, "rerate.json");

    public RatingSnapshot Snapshot { get; private set; } = null!;

    public static RerateRequest Everything { get; } = new(0, RerateCalls.FirstMs * 2);

    public void Dispose()
    {
        Carrier.Dispose();
        Directory.Delete(_store, recursive: true);
    }

    /// <summary>Publishes the folder as it is now, which must be good.</summary>
    public void Publish()
    {
        PublishResult published = _revisions.Publish(Carrier.Path);
        Assert.True(published.Errors.Count == 0, string.Join('\n', published.Errors));
        Snapshot = _revisions.LoadSnapshot(published.Revision);
        using ClickHouseConnection connection = Engine.Connect();
        Names.Publish(connection, Snapshot.Config);
    }

    /// <summary>Calls that the configuration published last rates, and that land.</summary>
    public async Task LandAsync(int seed, int calls)
    {
        var made = new RerateCalls(seed);
        RatedCallBatch[] batches = [made.Batch(calls / 2), made.Batch(calls - (calls / 2))];
        _batches.AddRange(batches);
        await LandAsync(batches, _batches.Count - 2);
    }

    public async Task<RerateResult> RerateAsync(RerateRequest? request = null, RerateOptions? options = null) =>
        await new RerateRun(Engine, Snapshot, request ?? Everything, options ?? Small()).ExecuteAsync(CancellationToken.None);

    /// <summary>Many small units and parts.</summary>
    public RerateOptions Small(int workers = 2) => new() { MaxUnitCalls = 40, MaxPartRows = 12, Workers = workers, PositionFile = PositionFile };

    public string ReadViews()
    {
        using ClickHouseConnection connection = Engine.Connect();
        var text = new StringBuilder();
        foreach (string view in Views)
        {
            text.AppendLine(view).AppendLine(connection.QueryText(view, "CSV"));
        }

        return text.ToString();
    }

    public string Query(string sql)
    {
        using ClickHouseConnection connection = Engine.Connect();
        return connection.QueryText(sql, "TSVRaw").TrimEnd('\n');
    }

    public long Adjustments => long.Parse(Query("SELECT count() FROM call_adjustments"), CultureInfo.InvariantCulture);

    /// <summary>What the views hold where the same calls land for the first time, rated by the configuration published last.</summary>
    public async Task<string> ViewsFromScratchAsync()
    {
        Engine = _fixture.Empty();
        using (ClickHouseConnection connection = Engine.Connect())
        {
            Names.Publish(connection, Snapshot.Config);
        }

        for (int i = 0; i < _batches.Count; i += 2)
        {
            await LandAsync(_batches[i..(i + 2)], i);
        }

        return ReadViews();
    }

    // Two partitions of the log that landed in two months.
    private async Task LandAsync(IReadOnlyList<RatedCallBatch> batches, int incarnation)
    {
        var rater = new Rater();
        for (int partition = 0; partition < batches.Count; partition++)
        {
            rater.Rate(Snapshot, batches[partition]);
            var log = new MemoryPartition(Topics.RatedCalls, (ulong)(7 + incarnation), partition);
            log.Append(RandomCalls.Frame(batches[partition]), RerateCalls.FirstMs + (partition * 31 * RerateCalls.DayMs));
            await Landings.LandAsync(Engine, log);
        }
    }
}
