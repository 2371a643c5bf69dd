using System.Net;
using Perimeter.Aggregator;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.RatingEngine;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Http;
using Perimeter.Warehouse.Server;

namespace Perimeter.Commands;

/// <summary>The roles of one process over one data folder, from start to clean end.</summary>
internal sealed partial class Instance : IAsyncDisposable
{
    /// <summary>So often a part is begun again within the window, and not more.</summary>
    private const int MostBegun = 5;

    private static readonly TimeSpan BegunWindow = TimeSpan.FromMinutes(2);
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
    private ILog? _log;
    private IWarehouse? _warehouse;
    private LandedKeys? _landedKeys;
    private EmbeddedClickHouse? _engine;
    private FileIngest? _files;
    private IngestServer? _ingest;
    private ClickHouseHttp? _readers;
    private ClickHouseHttp? _writers;
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

    /// <summary>The writer's key, where this start made it.</summary>
    public string? NewWriterKey { get; private set; }

    /// <summary>Where calls are taken, and health and metrics told.</summary>
    public string HttpAddress { get; private set; } = "";

    /// <summary>Where the embedded engine is read; empty where there is none.</summary>
    public string ClickHouseAddress { get; private set; } = "";

    /// <summary>Where aggregators write; empty where none do.</summary>
    public string WriterAddress { get; private set; } = "";

    /// <summary>The configuration in use; null where none was published yet.</summary>
    public RatingConfig? Config => _snapshots.Value?.Config;

    public int Revision => HasConfig ? _snapshots.Revision.Value : _switchesRevision;

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
        await (_writers?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        await (_files?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _rerating.WaitAsync().ConfigureAwait(false);
        await _replaying.WaitAsync().ConfigureAwait(false);
        await (_snapshotsTopic?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);

        _landedKeys?.Dispose();
        // The engine is closed before the process ends: an exit that leaves it open hangs for minutes.
        (_warehouse as IDisposable)?.Dispose();
        await (_log?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        if (_admin is not null)
        {
            File.Delete(Folder.Admin);
        }

        _metrics?.Dispose();
        _meter.Dispose();
        Folder.Dispose();
        _stopping.Dispose();
    }

    private bool Has(InstanceRoles role) => _roles.HasFlag(role);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_roles.HasLog())
        {
            _log = await OpenLogAsync(cancellationToken).ConfigureAwait(false);
        }

        ReadApiKey();
        OpenWarehouse();
        await OpenRevisionsAsync(cancellationToken).ConfigureAwait(false);
        if (Has(InstanceRoles.Aggregator))
        {
            AggregatorOptions landing = new() { Lanes = _options.Lanes, MaxDelay = TimeSpan.FromMilliseconds(_options.LandingDelayMs), Time = _time };
            RunOnLog("aggregator", stop => AggregatorRole.RunAsync(_log!, _warehouse!, landing, _aggregatorState, stop));
            Run("retention of rated calls", DropOldCallsAsync);
        }

        if (_engine is not null)
        {
            await ServeEngineAsync(cancellationToken).ConfigureAwait(false);
        }

        if (Has(InstanceRoles.RatingEngine))
        {
            RatingEngineOptions rating = new() { Deduplication = new DeduplicationOptions { Horizon = TimeSpan.FromHours(_options.HorizonHours), MaxKeys = _options.MaxKeys } };
            _landedKeys = new LandedKeys(_warehouse!);
            RunOnLog("rating engine", stop => RatingEngineRole.RunAsync(_log!, _landedKeys, _snapshots, rating, _ratingState, _time, stop));
        }

        await StartHttpAsync(cancellationToken).ConfigureAwait(false);
        _admin = await AdminServer.StartAsync(this, cancellationToken).ConfigureAwait(false);
        new AdminFile(Environment.ProcessId, _admin.Port, _admin.Token, HttpAddress, ClickHouseAddress, _startedAt).Write(Folder.Admin);
    }

    private async Task StartHttpAsync(CancellationToken cancellationToken)
    {
        CallRequests? requests = null;
        if (Has(InstanceRoles.Ingest))
        {
            IngestLimits limits = new();
            CallRequestOptions options = new(ApiKey, limits, _time, _stopping.Token) { OnFault = RequestFailed, Switches = _switches };
            requests = new CallRequests(_log!, options, _ingestCounters);
            _files = await OpenFilesAsync(limits, cancellationToken).ConfigureAwait(false);
            Run("reading of file positions", stop => _files.Completion.WaitAsync(stop));
            RunSwitches();
        }

        IPEndPoint address = new(IPAddress.Parse(_options.Bind), _options.HttpPort);
        _ingest = await ListenAsync(_options.HttpPort, Settings.HttpPort, _options.Bind, () => IngestServer.StartAsync(
            address, requests, NotReadyBecause, MapMetrics, cancellationToken)).ConfigureAwait(false);
        HttpAddress = $"http://{(_options.Bind is "0.0.0.0" or "::" ? "127.0.0.1" : _options.Bind)}:{_ingest.Port}";
    }

    private void ReadApiKey()
    {
        if (Has(InstanceRoles.Ingest))
        {
            bool hadKey = File.Exists(Folder.ApiKey);
            ApiKey = ReadKey(Folder.ApiKey);
            NewApiKey = hadKey ? null : ApiKey;
        }
    }

    private string ReadKey(string file)
    {
        try
        {
            return ApiKeyFile.ReadOrCreate(Folder.Path, Path.GetFileName(file));
        }
        catch (InvalidDataException failure)
        {
            throw new CommandException(failure.Message, inner: failure);
        }
    }

    private static async Task<T> ListenAsync<T>(int port, Setting setting, string address, Func<Task<T>> start)
    {
        try
        {
            return await start().ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new CommandException(
                $"Port {port} on {address} cannot be used: {failure.InnerException?.Message ?? failure.Message}. Stop what listens there, or give another with {setting.Name} (0 picks a free one).",
                inner: failure);
        }
    }

    /// <summary>Runs a part of the work until the end; its failure makes the instance not ready and is told once.</summary>
    private void Run(string part, Func<CancellationToken, Task> run) => _running.Add(Task.Run(async () =>
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
            Fail(part, failure);
        }
    }));

    /// <summary>
    /// As <see cref="Run"/>, for a part that reads and writes the log: over Kafka it is begun again where the cluster did not say what became of a unit of work, and reads back what is
    /// there. What fails again and again is another matter.
    /// </summary>
    private void RunOnLog(string part, Func<CancellationToken, Task> run) => Run(part, async stop =>
    {
        Queue<long> begun = [];
        while (true)
        {
            begun.Enqueue(_time.GetTimestamp());
            try
            {
                await run(stop).ConfigureAwait(false);
                return;
            }
            catch (LogFailedException failure) when (_options.Kafka is not null && !stop.IsCancellationRequested)
            {
                if (begun.Count > MostBegun && _time.GetElapsedTime(begun.Dequeue()) < BegunWindow)
                {
                    throw;
                }

                await Console.Error.WriteLineAsync($"The {part} begins again: {failure.Message}").ConfigureAwait(false);
                await Task.Delay(KafkaRetry, _time, stop).ConfigureAwait(false);
            }
        }
    });

    /// <summary>A log that takes nothing more ends all; a request that could not be taken is told, and the next one is none the worse.</summary>
    private void RequestFailed(Exception failure)
    {
        if (failure is LogFailedException && _options.Kafka is null)
        {
            Fail("switch edge", failure);
        }
        else
        {
            Console.Error.WriteLine(failure is LogFailedException
                ? $"A request got no answer from the log, and its sender was told to send it again: {failure.Message}"
                : $"A request could not be taken, which is a fault of this program; its sender was told to send it again: {failure}");
        }
    }

    private void Fail(string part, Exception failure)
    {
        _failure = $"the {part} has failed: {failure.Message}";
        Console.Error.WriteLine($"The {part} has failed, and the instance is not ready: {failure}");
        _failed.TrySetResult();
    }
}
