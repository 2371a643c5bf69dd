using System.IO.Compression;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Files that grow line by line, through renaming, cutting and restarts.</summary>
public sealed class GrowingFilesTests : IAsyncLifetime
{
    private const string Log = "Master.csv";

    private FolderScene _scene = null!;
    private int _rows;

    public async ValueTask InitializeAsync()
    {
        _scene = await FolderScene.OpenAsync();
        _scene.Config = AsteriskRows.Config(_scene.Folder);
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Lines_are_taken_as_they_are_written_and_a_half_written_one_waits()
    {
        string row = Next();
        Append(row);
        await LookAsync();
        await ExpectAsync(1);
        row = Next();
        Append(row[..20]);
        await LookAsync();
        Append(row[20..]);
        Append(Next());
        await LookAsync();
        await ExpectAsync(3);
        row = Next();
        Append(row[..^1]);
        await LookAsync();
        await ExpectAsync(3);
        await LookAsync(TimeSpan.FromSeconds(60));
        await ExpectAsync(4);
        Append("\n" + Next());
        await LookAsync();
        await ExpectAsync(5);
        Assert.Empty(_scene.Reports);
    }

    [Fact]
    public async Task What_was_taken_is_not_read_again_at_every_look()
    {
        Append(string.Concat(Enumerable.Range(0, 200).Select(_ => Next())));
        await LookAsync();
        FileReading before = Held();
        long read = before.Content.BytesRead;
        for (int i = 0; i < 10; i++)
        {
            string row = Next();
            Append(row);
            await LookAsync();
            read += row.Length;
            Assert.Same(before, Held());
            Assert.Equal(read, before.Content.BytesRead);
        }

        await ExpectAsync(210);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Renamed_it_is_read_to_its_end_before_or_after_the_next_file_is_there(bool restarted)
    {
        Append(Next());
        await LookAsync();
        Append(Next());
        Move(Log, Log + ".1");
        Append(Next());
        if (restarted)
        {
            await _scene.StopAsync();
        }

        await LookAsync();
        await ExpectAsync(3);

        // The switch had it open still, as a process does that was not told to open anew.
        _scene.Write(Log + ".1", Next(), append: true);
        Append(Next());
        await LookAsync();
        await ExpectAsync(5);
        Assert.Empty(_scene.Reports);
    }

    [Fact]
    public async Task Renamed_to_where_nobody_looks_it_is_read_to_its_end_while_it_is_open()
    {
        Append(Next());
        await LookAsync();
        Append(Next());
        string away = Path.Combine(_scene.Scratch.Folder, "away");
        File.Move(_scene.PathOf(Log), away);
        Append(Next());
        await LookAsync();
        await ExpectAsync(3);
        File.AppendAllText(away, Next());
        await LookAsync();
        await ExpectAsync(4);
        await LookAsync(TimeSpan.FromSeconds(61));
        await LookAsync();
        Assert.Empty(_scene.Reports);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copied_and_cut_it_is_gone_on_with_from_its_beginning(bool restarted)
    {
        for (int i = 0; i < 4; i++)
        {
            Append(Next());
        }

        await LookAsync();
        Append(Next());
        File.Copy(_scene.PathOf(Log), _scene.PathOf(Log + ".1"));
        Cut();
        if (restarted)
        {
            await _scene.StopAsync();
        }

        // At once longer than before: its length alone would not tell.
        Append(string.Concat(Enumerable.Range(0, 20).Select(_ => Next())));
        await LookAsync();
        await LookAsync();
        await ExpectAsync(25);
        Assert.Empty(_scene.Reports);
    }

    [Fact]
    public async Task Cut_without_a_copy_it_is_told_that_lines_may_be_missing()
    {
        Append(Next() + Next());
        await LookAsync();
        Cut();
        await LookAsync();
        Append(Next());
        await LookAsync();
        await ExpectAsync(3);
        await LookAsync(TimeSpan.FromSeconds(5));
        Assert.StartsWith("Master.csv: has other content now, and is taken from its beginning. What was taken under this name up to line 2 is under no other name here", Assert.Single(_scene.Told), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_attempts_of_a_call_are_counted_on_over_a_restart_and_a_rotation_between_its_rows(bool compressed)
    {
        Append(Next() + AsteriskRows.Row("1749985300.1", 900, "BUSY"));
        await LookAsync();
        await _scene.StopAsync();
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        Move(Log, Log + ".1");
        if (compressed)
        {
            await CompressAsync(Log + ".1", File.GetLastWriteTimeUtc(_scene.PathOf(Log + ".1")));
        }

        Append(AsteriskRows.Row("1749985300.1", 901, "ANSWERED"));
        await LookAsync();
        Assert.Equal(["ast1/1749985200.000001/1", "ast1/1749985300.1/1", "ast1/1749985300.1/2"], (await _scene.Scratch.CallsAsync()).Keys);
        Assert.All((await _scene.Scratch.CallsAsync()).Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task A_copy_that_went_another_way_is_taken_beside_the_file_it_was_copied_from()
    {
        Append(Next());
        await LookAsync();
        File.Copy(_scene.PathOf(Log), _scene.PathOf(Log + ".copy"));
        await LookAsync();
        for (int i = 0; i < 3; i++)
        {
            _scene.Write(Log + ".copy", Next(), append: true);
            await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken);
            Append(Next());
            for (int look = 0; look < 3; look++)
            {
                await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken);
            }
        }

        await ExpectAsync(7);
    }

    [Fact]
    public async Task A_growing_file_does_not_go_to_the_archive()
    {
        _scene.Config = _scene.Config with { Archive = Path.Combine(_scene.Folder, "done") };
        Append(Next());
        await LookAsync();
        await LookAsync(TimeSpan.FromHours(2));
        Assert.True(File.Exists(_scene.PathOf(Log)));
        Append(Next());
        await LookAsync();
        await ExpectAsync(2);
    }

    [Fact]
    public async Task Whatever_happens_to_its_files_every_row_is_taken_and_none_is_skipped()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("PERIMETER_SEED"), out int set) ? set : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"PERIMETER_SEED={seed}");
        var random = new Random(seed);
        int rotations = 0;
        for (int step = 0; step < 250; step++)
        {
            switch (random.Next(12))
            {
                case < 5:
                    Append(string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Next())));
                    break;
                case 5:
                    // A writer in the middle of a line.
                    string row = Next();
                    Append(row[..random.Next(1, row.Length)]);
                    await LookOrDieAsync();
                    string written = File.ReadAllText(_scene.PathOf(Log));
                    Append(row[(written.Length - written.LastIndexOf('\n') - 1)..]);
                    break;
                case 6 when File.Exists(_scene.PathOf(Log)):
                    Move(Log, $"{Log}.{++rotations}");
                    if (random.Next(2) == 0)
                    {
                        Append(Next());
                    }

                    break;
                case 7 when File.Exists(_scene.PathOf(Log)):
                    File.Copy(_scene.PathOf(Log), _scene.PathOf($"{Log}.{++rotations}"));
                    _scene.Touch(_scene.PathOf($"{Log}.{rotations}"));
                    Cut();
                    break;
                case 8 when rotations > 0 && File.Exists(_scene.PathOf($"{Log}.{rotations}")):
                    await CompressAsync($"{Log}.{rotations}");
                    break;
                case 9:
                    await _scene.StopAsync();
                    int left = random.Next(6);
                    AppendFate fate = random.Next(3) switch { 0 => AppendFate.DiesBefore, 1 => AppendFate.DiesAfter, _ => AppendFate.Full };
                    _scene.Through = log => new FaultyLog(log, n => n == left + 1 ? fate : AppendFate.Done);
                    break;
                default:
                    await LookOrDieAsync();
                    break;
            }
        }

        await _scene.StopAsync();
        _scene.Through = log => log;
        await LookAsync();
        await LookAsync(TimeSpan.FromSeconds(70));
        List<string> calls = await _scene.CallsAsync();
        Assert.Equal(Enumerable.Range(1, _rows).Select(AsteriskRows.Id).Order(StringComparer.Ordinal), calls.Distinct());
        Assert.Empty(await _scene.Scratch.QuarantineAsync());
    }

    private string Next() => AsteriskRows.Row(++_rows);

    private void Append(string rows) => _scene.Write(Log, rows, append: true);

    private void Move(string from, string to) => File.Move(_scene.PathOf(from), _scene.PathOf(to));

    private void Cut()
    {
        using FileStream file = new FileStream(_scene.PathOf(Log), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    }

    private Task LookAsync(TimeSpan? later = null) => _scene.LookAsync(later);

    private async Task LookOrDieAsync()
    {
        try
        {
            await LookAsync();
        }
        catch (KilledException)
        {
            await _scene.StopAsync();
            _scene.Through = log => log;
        }
    }

    /// <summary>As a rotation does that compresses: beside, and then in its place.</summary>
    private async Task CompressAsync(string name, DateTime? modified = null)
    {
        string path = _scene.PathOf(name);
        byte[] content = File.ReadAllBytes(path);
        await using (var gzip = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        File.SetLastWriteTimeUtc(path + ".gz", modified ?? _scene.Clock.GetUtcNow().UtcDateTime);
        File.Delete(path);
    }

    private FileReading Held() => _scene.Watcher.FileOf(_scene.PathOf(Log))!.Reading!;

    /// <summary>Each row once.</summary>
    private async Task ExpectAsync(int rows)
    {
        Assert.Equal(Enumerable.Range(1, rows).Select(AsteriskRows.Id).Order(StringComparer.Ordinal), await _scene.CallsAsync());
        Assert.Empty(await _scene.Scratch.QuarantineAsync());
    }
}
