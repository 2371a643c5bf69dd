using System.Net;
using Perimeter.Aggregator;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Rating;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Http;

namespace Perimeter.Commands;

/// <summary>All roles of one process over one data folder, from start to clean end.</summary>
internal sealed partial class Instance : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private readonly InstanceOptions _options;
    private readonly InstanceRoles _roles;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly IngestCounters _ingestCounters = new();
    private readonly RatingEngineState _ratingState = new();
    private readonly AggregatorState _aggregatorState = new();
    private readonly CurrentSnapshot _snapshots = new();
    private readonly Lock _applying = new();
    private readonly DateTimeOffset _startedAt;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Awaited at the end whatever became of the start: nothing may be closed under them.
    private readonly List<Task> _running = [];
    private RevisionStore? _revisions;
    private EmbeddedLog? _log;
    private EmbeddedClickHouse? _engine;
    private FileIngest? _files;
    private IngestServer? _ingest;
    private ClickHouseHttp? _readers;
    private AdminServer? _admin;
    private volatile string? _failure;

    private Instance(InstanceOptions options, InstanceRoles roles, DataFolder folder, TimeProvider time)
    {
        _options = options;
        _roles = roles;
        _time = time;
        _startedAt = time.GetUtcNow();
        Folder = folder;
    }

    public DataFolder Folder { get; }

    public string ApiKey { get; private set; } = "";

    /// <summary>The key, where this start made it.</summary>
    public string? NewApiKey { get; private set; }

    public string HttpAddress { get; private set; } = "";

    public string ClickHouseAddress { get; private set; } = "";

    /// <summary>The configuration in use; null where none was published yet.</summary>
    public RatingConfig? Config => _snapshots.Value?.Config;

    public int Revision => _snapshots.Revision.Value;

    public bool HasFailed => _failure is not null;

    /// <exception cref="CommandException">It cannot start; the message says why and what to do.</exception>
    public static async Task<Instance> StartAsync(InstanceOptions options, InstanceRoles roles, TimeProvider time, CancellationToken cancellationToken)
    {
        Instance instance = new(options, roles, DataFolder.Take(options.DataFolder), time);
        try
        {
            await instance.StartAsync(cancellationToken).ConfigureAwait(false);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Completes when a role has failed; the instance stays up, not ready, so that it can be asked why.</summary>
    public Task FailureAsync(CancellationToken cancellationToken) => _failed.Task.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_ingest is not null)
        {
            using CancellationTokenSource patience = new(StopPatience, _time);
            await _ingest.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _ingest.DisposeAsync().ConfigureAwait(false);
        }

        await (_admin?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        await (_readers?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        await (_files?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _rerating.WaitAsync().ConfigureAwait(false);
        await _replaying.WaitAsync().ConfigureAwait(false);
        // The engine is closed before the process ends: an exit that leaves it open hangs for minutes.
        _engine?.Dispose();
        await (_log?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        if (_admin is not null)
        {
            File.Delete(Folder.Admin);
        }

        Folder.Dispose();
        _stopping.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        bool hadKey = File.Exists(Folder.ApiKey);
        ApiKey = ApiKeyFile.ReadOrCreate(Folder.Path);
        NewApiKey = hadKey ? null : ApiKey;
        _log = await OpenLogAsync(cancellationToken).ConfigureAwait(false);
        LoadRevision();
        if (_roles.HasFlag(InstanceRoles.Aggregator))
        {
            OpenWarehouse();
            _running.Add(Watch("aggregator", stop => AggregatorRole.RunAsync(_log, _engine!, new AggregatorOptions { Time = _time }, _aggregatorState, stop)));
            _running.Add(Watch("retention of rated calls", DropOldCallsAsync));
            IPEndPoint address = new(IPAddress.Loopback, _options.ClickHousePort);
            _readers = await ListenAsync(_options.ClickHousePort, "--clickhouse-port", "127.0.0.1", () => ClickHouseHttp.StartAsync(
                _engine!, new ClickHouseHttpOptions { Address = address }, cancellationToken)).ConfigureAwait(false);
            ClickHouseAddress = $"http://127.0.0.1:{_readers.Address.Port}";
        }

        if (_roles.HasFlag(InstanceRoles.RatingEngine))
        {
            RatingEngineOptions rating = new() { Deduplication = new DeduplicationOptions { Horizon = TimeSpan.FromHours(_options.HorizonHours) } };
            _running.Add(Watch("rating engine", stop => RatingEngineRole.RunAsync(_log, new LandedKeys(_engine!), _snapshots, rating, _ratingState, _time, stop)));
        }

        await StartIngestAsync(cancellationToken).ConfigureAwait(false);
        _admin = await AdminServer.StartAsync(this, cancellationToken).ConfigureAwait(false);
        new AdminFile(Environment.ProcessId, _admin.Port, _admin.Token, HttpAddress, ClickHouseAddress, _startedAt).Write(Folder.Admin);
    }

    private async Task StartIngestAsync(CancellationToken cancellationToken)
    {
        IngestLimits limits = new();
        CallRequestOptions requests = new(ApiKey, limits, _time, _stopping.Token) { OnFault = RequestFailed };
        IPEndPoint address = new(IPAddress.Parse(_options.Bind), _options.HttpPort);
        _ingest = await ListenAsync(_options.HttpPort, "--http-port", _options.Bind, () => IngestServer.StartAsync(
            address, new CallRequests(_log!, requests, _ingestCounters), NotReadyBecause, cancellationToken)).ConfigureAwait(false);
        HttpAddress = $"http://{(_options.Bind is "0.0.0.0" or "::" ? "127.0.0.1" : _options.Bind)}:{_ingest.Port}";
        _files = await FileIngest.OpenAsync(_log!, limits, _time, _ingestCounters, cancellationToken).ConfigureAwait(false);
        _running.Add(Watch("reading of file positions", stop => _files.Completion.WaitAsync(stop)));
    }

    private async Task<EmbeddedLog> OpenLogAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await EmbeddedLog.OpenAsync(LogOptions(), cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException failure)
        {
            throw new CommandException($"--partitions {_options.Partitions}: {failure.Message}", inner: failure);
        }
    }

    private EmbeddedLogOptions LogOptions() => new()
    {
        Folder = Folder.Log,
        PartitionCount = _options.Partitions,
        RetentionAge = TimeSpan.FromHours(_options.LogRetentionHours),
        Groups =
        [
            new LogGroup(Topics.CallEvents, RatingEngineRole.Group),
            new LogGroup(Topics.RatedCalls, AggregatorRole.Group),
            new LogGroup(Topics.Quarantine, AggregatorRole.Group),
            FileIngest.Group,
        ],
        Time = _time,
    };

    private static async Task<T> ListenAsync<T>(int port, string option, string address, Func<Task<T>> start)
    {
        try
        {
            return await start().ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new CommandException(
                $"Port {port} on {address} cannot be used: {failure.InnerException?.Message ?? failure.Message}. Stop what listens there, or give another with {option} (0 picks a free one).",
                inner: failure);
        }
    }

    /// <summary>Runs a role; its failure makes the instance not ready and is told once.</summary>
    private Task Watch(string role, Func<CancellationToken, Task> run) => Task.Run(async () =>
    {
        try
        {
            await run(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            Fail(role, failure);
        }
    });

    /// <summary>A log that takes nothing more ends all; a request that could not be taken is told, and the next one is none the worse.</summary>
    private void RequestFailed(Exception failure)
    {
        if (failure is LogFailedException)
        {
            Fail("switch edge", failure);
        }
        else
        {
            Console.Error.WriteLine($"A request could not be taken, which is a fault of this program; its sender was told to send it again: {failure}");
        }
    }

    private void Fail(string role, Exception failure)
    {
        _failure = $"the {role} has failed: {failure.Message}";
        Console.Error.WriteLine($"The {role} has failed, and the instance is not ready: {failure}");
        _failed.TrySetResult();
    }
}
