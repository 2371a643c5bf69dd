using System.IO.Compression;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>A growing file that is rotated in every way, and a log that refuses at any moment: every row once, as long as the process lives.</summary>
public sealed class RotatedFilesTests : IAsyncLifetime
{
    private const string Log = "Master.csv";

    private FolderScene _scene = null!;
    private string? _away;
    private DateTimeOffset _writtenAway;
    private Random _random = null!;
    private double _refused;
    private int _rows;
    private int _rotations;

    public async ValueTask InitializeAsync()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("PERIMETER_SEED"), out int set) ? set : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"PERIMETER_SEED={seed}");
        _random = new Random(seed);
        _scene = await FolderScene.OpenAsync();
        _scene.Config = AsteriskRows.Config(_scene.Folder);
        _scene.Through = log => new FaultyLog(log, _ => _random.NextDouble() < _refused ? AppendFate.Full : AppendFate.Done);
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Every_row_is_taken_once_whatever_the_rotation_and_whenever_the_log_is_full()
    {
        await _scene.StartAsync();
        for (int step = 0; step < 250; step++)
        {
            switch (_random.Next(12))
            {
                case < 3:
                    Append(_random.Next(1, 12));
                    break;
                case 3:
                    Append(_random.Next(100, 200));
                    break;
                case 4:
                    await WriteInTwoAsync();
                    break;
                case 5:
                    _refused = _random.Next(3) switch { 0 => 0, 1 => 0.3, _ => 1 };
                    break;
                case 6 when _away is not null && _scene.Clock.GetUtcNow() - _writtenAway < TimeSpan.FromSeconds(50):
                    // The switch has it open still.
                    File.AppendAllText(_away, AsteriskRows.Row(++_rows));
                    _writtenAway = _scene.Clock.GetUtcNow();
                    break;
                case 7 or 8 when File.Exists(_scene.PathOf(Log)):
                    await RotateAsync();
                    break;
                default:
                    await LookAsync();
                    break;
            }
        }

        _refused = 0;
        await _scene.LookAsync(TimeSpan.FromSeconds(60));
        await _scene.LookAsync(TimeSpan.FromSeconds(70));
        Assert.Equal(Enumerable.Range(1, _rows).Select(AsteriskRows.Id).Order(StringComparer.Ordinal), await _scene.CallsAsync());
        Assert.Empty(await _scene.Scratch.QuarantineAsync());
        Assert.Equal((0, 0), (_scene.Watcher.State.FilesLeft, _scene.Watcher.State.FilesWaiting));
    }

    private void Append(int rows) => _scene.Write(Log, string.Concat(Enumerable.Range(0, rows).Select(_ => AsteriskRows.Row(++_rows))), append: true);

    /// <summary>A writer in the middle of a line, and a look then.</summary>
    private async Task WriteInTwoAsync()
    {
        string row = AsteriskRows.Row(++_rows);
        int half = _random.Next(1, row.Length);
        _scene.Write(Log, row[..half], append: true);
        await LookAsync();
        _scene.Write(Log, row[half..], append: true);
    }

    private async Task RotateAsync()
    {
        // What appeared and went away between two looks was never seen.
        await LookAsync();
        string path = _scene.PathOf(Log);
        string rotated = $"{path}.{++_rotations}";
        switch (_random.Next(5))
        {
            case 0:
                File.Delete(path);
                break;
            case 1:
                _away = Path.Combine(_scene.Scratch.Folder, $"away.{_rotations}");
                _writtenAway = _scene.Clock.GetUtcNow();
                File.Move(path, _away);
                break;
            case 2:
                File.Move(path, rotated);
                break;
            case 3:
                File.Copy(path, rotated);
                _scene.Touch(rotated);
                using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                {
                    file.SetLength(0);
                }

                break;
            default:
                using (var gzip = new GZipStream(File.Create(rotated + ".gz"), CompressionLevel.Fastest))
                {
                    gzip.Write(File.ReadAllBytes(path));
                }

                _scene.Touch(rotated + ".gz");
                File.Delete(path);
                break;
        }

        if (_random.Next(2) == 0)
        {
            Append(1);
        }
    }

    private async Task LookAsync()
    {
        _scene.Clock.Advance(TimeSpan.FromSeconds(_random.Next(1, 5)));
        for (int look = _random.Next(1, 4); look > 0 && await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken); look--)
        {
        }
    }
}
