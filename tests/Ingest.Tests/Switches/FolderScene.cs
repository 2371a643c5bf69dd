using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>A folder, a log and a clock, and watchers that are started and killed over them.</summary>
internal sealed class FolderScene : IAsyncDisposable
{
    public const string Header = "call_id,setup_time\n";

    private readonly ScratchLog _scratch;
    private FileIngest? _ingest;
    private FolderWatcher? _watcher;

    private FolderScene(ScratchLog scratch, FakeTimeProvider clock)
    {
        _scratch = scratch;
        Clock = clock;
        Folder = Directory.CreateDirectory(Path.Combine(scratch.Folder, "cdr")).FullName;
        Config = new SwitchConfig(1, "s1", SwitchType.Csv) { Folder = Folder, Files = "*.csv|*.csv.*" };
    }

    public FakeTimeProvider Clock { get; }

    public string Folder { get; }

    public SwitchConfig Config { get; set; }

    public IngestLimits Limits { get; init; } = new() { FileBatchLines = 5 };

    public ScratchLog Scratch => _scratch;

    public List<FolderReport> Reports { get; } = [];

    /// <summary>What stands between the watcher and the log; a test puts a faulty one there.</summary>
    public Func<ILog, ILog> Through { get; set; } = log => log;

    public FolderWatcher Watcher => _watcher!;

    public FileIngest Ingest => _ingest!;

    public static async Task<FolderScene> OpenAsync(IngestLimits? limits = null) =>
        new(await ScratchLog.OpenAsync(), new FakeTimeProvider(Reading.Now)) { Limits = limits ?? new IngestLimits { FileBatchLines = 5 } };

    public string PathOf(string name) => Path.Combine(Folder, name);

    public static string Row(string id) => $"{id},1749985200000\n";

    /// <summary>Writes a file, or writes more to it, at the time of the clock.</summary>
    public string Write(string name, string content, bool append = false)
    {
        string path = PathOf(name);
        if (append)
        {
            File.AppendAllText(path, content);
        }
        else
        {
            File.WriteAllText(path, content);
        }

        Touch(path);
        return path;
    }

    public void Touch(string path) => File.SetLastWriteTimeUtc(path, Clock.GetUtcNow().UtcDateTime);

    /// <summary>Looks until there is nothing more to take at once.</summary>
    public async Task LookAsync(TimeSpan? later = null)
    {
        Clock.Advance(later ?? FolderWatcher.LookInterval);
        await StartAsync();
        while (await _watcher!.LookAsync(TestContext.Current.CancellationToken))
        {
        }
    }

    public async Task StartAsync()
    {
        _ingest ??= await FileIngest.OpenAsync(Through(_scratch.Log), Limits, Clock, new IngestCounters(), "", TestContext.Current.CancellationToken);
        _watcher ??= new FolderWatcher(Config, _ingest, Clock, Reports.Add);
    }

    /// <summary>The process ends, and everything that it knew of files with it.</summary>
    public async Task StopAsync()
    {
        _watcher?.Close();
        _watcher = null;
        await (_ingest?.DisposeAsync() ?? ValueTask.CompletedTask);
        _ingest = null;
        await _scratch.ReopenAsync();
    }

    /// <summary>The ids of the calls on the log, as often as they are there.</summary>
    public async Task<List<string>> CallsAsync() =>
        [.. (await _scratch.CallsAsync()).SelectMany(call => Enumerable.Repeat(call.Key.Split('/')[1], call.Value))];

    public IEnumerable<string> Told => Reports.Select(report => $"{Path.GetFileName(report.Path)}{(report.IsMended ? " mended" : "")}: {report.Message}");

    public async ValueTask DisposeAsync()
    {
        _watcher?.Close();
        await (_ingest?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _scratch.DisposeAsync();
    }
}
