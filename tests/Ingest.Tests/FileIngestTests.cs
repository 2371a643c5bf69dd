using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

/// <summary>CDR files over a real log, whose process may be killed between any two steps.</summary>
public sealed class FileIngestTests : IAsyncLifetime
{
    private const string Header = "switch_id,call_id,setup_time\n";

    private static readonly IngestLimits SmallBatches = new() { FileBatchLines = 7, MaxErrorsListed = 3 };

    private readonly FakeTimeProvider _clock = new(Reading.Now);
    private ScratchLog _scratch = null!;

    public async ValueTask InitializeAsync() => _scratch = await ScratchLog.OpenAsync();

    public ValueTask DisposeAsync() => _scratch.DisposeAsync();

    public static TheoryData<string, string> Kills() => new MatrixTheoryData<string, string>(["csv", "ndjson", "csv.gz"], ["DiesBefore", "DiesAfter", "Full"]);

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task Killed_at_any_append_a_file_is_gone_on_with_and_no_line_is_skipped_or_repeated(string format, string fateName)
    {
        const int lines = 50;
        const int appends = 8;
        AppendFate fate = Enum.Parse<AppendFate>(fateName);
        for (int killedAt = 1; killedAt <= appends; killedAt++)
        {
            // Every line is of this round alone; every seventh is bad.
            string prefix = $"{format}{killedAt}-";
            string path = Write($"{prefix}cdr", format, i => i % 7 == 3 ? $"s1,{prefix}{i},never" : $"s1,{prefix}{i},1749985200000", lines);
            int before = (await _scratch.QuarantineAsync()).Count;
            await Assert.ThrowsAnyAsync<Exception>(() => TakeAsync(path, new FaultyLog(_scratch.Log, n => n == killedAt ? fate : AppendFate.Done)));
            await _scratch.ReopenAsync();
            FileIngestResult rest = await TakeAsync(path);
            Assert.Equal(lines + (format == "ndjson" ? 1 : 2), rest.NextLine);
            Assert.Equal(Math.Min(7 * (killedAt - (fate == AppendFate.DiesAfter ? 0 : 1)), lines), lines - (rest.Accepted + rest.Quarantined));

            SortedDictionary<string, int> calls = await _scratch.CallsAsync();
            Assert.Equal(
                Enumerable.Range(0, lines).Where(i => i % 7 != 3).Select(i => $"s1/{prefix}{i}/1").Order(StringComparer.Ordinal),
                calls.Keys.Where(key => key.StartsWith($"s1/{prefix}", StringComparison.Ordinal)));
            Assert.All(calls.Values, count => Assert.Equal(1, count));
            List<QuarantinedEvent> aside = [.. (await _scratch.QuarantineAsync()).Where(q => q.Source == $"file:{Path.GetFileName(path)}")];
            int firstLine = format == "ndjson" ? 1 : 2;
            Assert.Equal(Enumerable.Range(0, lines).Where(i => i % 7 == 3).Select(i => (long)(i + firstLine)), aside.Select(q => q.Place));
            Assert.Equal(before + aside.Count, (await _scratch.QuarantineAsync()).Count);
        }
    }

    [Fact]
    public async Task Bad_rows_of_a_file_with_a_long_header_go_to_the_log_in_several_appends()
    {
        const int lines = 4_000;
        string path = Path.Combine(_scratch.Folder, "wide.csv");
        File.WriteAllText(path, $"{Header[..^1]},{new string('x', 100_000)}\n" + string.Concat(Enumerable.Range(0, lines).Select(i => $"s1,c{i},never,\n")));
        await using FileIngest ingest = await FileIngest.OpenAsync(_scratch.Log, new IngestLimits(), _clock, new IngestCounters(), "", TestContext.Current.CancellationToken);
        FileIngestResult result = await ingest.TakeAsync(path, new FileIngestOptions(), null, TestContext.Current.CancellationToken);
        Assert.Equal((lines, lines + 2), (result.Quarantined, result.NextLine));
        Assert.Equal(lines, (await _scratch.QuarantineAsync()).Count);
        Assert.True((await _scratch.FramesAsync(Topics.FilePositions)).Count > 3);
    }

    [Fact]
    public async Task A_file_taken_again_brings_nothing_whatever_its_name_and_place()
    {
        string path = Write("cdr", "csv", Good, 20);
        FileIngestResult first = await TakeAsync(path);
        Assert.Equal((1, 22, 20, 0, false), (first.FromLine, first.NextLine, first.Accepted, first.Quarantined, first.WasTakenBefore));
        string copy = Path.Combine(_scratch.Folder, "another-name.csv");
        File.Copy(path, copy);
        foreach (string again in new[] { path, copy, copy })
        {
            await _scratch.ReopenAsync();
            FileIngestResult result = await TakeAsync(again);
            Assert.Equal((22, 0, true), (result.FromLine, result.Accepted, result.WasTakenBefore));
        }

        Assert.Equal(20, (await _scratch.CallsAsync()).Values.Sum());
    }

    [Fact]
    public async Task Taken_by_several_at_once_a_file_is_taken_once()
    {
        string path = Write("cdr", "csv", Good, 100);
        await using FileIngest ingest = await OpenAsync(_scratch.Log);
        FileIngestResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ingest.TakeAsync(path, new FileIngestOptions(), null, TestContext.Current.CancellationToken)));
        Assert.Equal(100, results.Sum(r => r.Accepted));
        Assert.Equal(100, (await _scratch.CallsAsync()).Values.Sum());
    }

    [Fact]
    public async Task Files_with_the_same_beginning_are_two_files()
    {
        string first = Write("first", "csv", Good, 10);
        string second = Write("second", "csv", Good, 10);
        File.AppendAllText(first, "s1,first,1749985200000\n");
        File.AppendAllText(second, "s1,second,1749985200000\n");
        Assert.Equal((1, 11), await FromAndAcceptedAsync(first));

        // Not known as a whole, and not changed either: another file.
        Assert.Equal((1, 11), await FromAndAcceptedAsync(second));
        File.AppendAllText(first, "s1,first2,1749985200000\n");
        Assert.Equal((13, 1), await FromAndAcceptedAsync(first));
    }

    [Fact]
    public async Task A_file_that_grew_is_gone_on_with_and_a_half_written_line_waits()
    {
        string path = Write("cdr", "csv", Good, 10);
        File.AppendAllText(path, "s1,c10,17499852");
        File.SetLastWriteTimeUtc(path, Reading.Now.UtcDateTime.AddSeconds(-59));
        FileIngestResult half = await TakeAsync(path);
        Assert.Equal((10, 0, 15), (half.Accepted, half.Quarantined, half.HeldBackBytes));
        File.AppendAllText(path, "00000\ns1,c11,1749985200000");
        File.SetLastWriteTimeUtc(path, Reading.Now.UtcDateTime.AddSeconds(-60));
        FileIngestResult rest = await TakeAsync(path);
        Assert.Equal((12, 14, 2, 0, 0), (rest.FromLine, rest.NextLine, rest.Accepted, rest.Quarantined, rest.HeldBackBytes));
        Assert.Equal(12, (await _scratch.CallsAsync()).Count);
    }

    [Fact]
    public async Task A_changed_file_is_reported_and_taken_anew_only_when_asked()
    {
        string path = Write("cdr", "csv", Good, 20);
        await TakeAsync(path);
        File.WriteAllText(path, File.ReadAllText(path).Replace("c15,1749985200000", "c15,1749985200001", StringComparison.Ordinal) + "s1,new,1749985200000\n");
        CallFileException changed = await Assert.ThrowsAsync<CallFileException>(() => TakeAsync(path));
        Assert.StartsWith($"{path}: its content changed: a file of this name was taken up to line 21, and those lines are not in it as they were.", changed.Message, StringComparison.Ordinal);
        Assert.Equal(20, (await _scratch.CallsAsync()).Count);
        FileIngestResult anew = await TakeAsync(path, options: new FileIngestOptions { TakeChanged = true });
        Assert.Equal((1, 21), (anew.FromLine, anew.Accepted));
        Assert.True((await TakeAsync(path)).WasTakenBefore);
    }

    [Fact]
    public async Task Rotated_files_are_told_by_their_content()
    {
        string path = Write("cdr", "csv", Good, 20);
        await TakeAsync(path);
        File.AppendAllText(path, "s1,late,1749985200000\n");
        string rotated = path + ".1";
        File.Move(path, rotated);
        Write("cdr", "csv", i => $"s1,d{i},1749985200000", 5);
        await Assert.ThrowsAsync<CallFileException>(() => TakeAsync(path));
        Assert.Equal((22, 1), await FromAndAcceptedAsync(rotated));
        Assert.Equal((1, 5), await FromAndAcceptedAsync(path));

        // Once more: each moves down by one name.
        File.Move(rotated, path + ".2");
        File.Move(path, rotated);
        Write("cdr", "csv", i => $"s1,e{i},1749985200000", 5);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((23, 0), await FromAndAcceptedAsync(path + ".2"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((7, 0), await FromAndAcceptedAsync(rotated));
        Assert.Equal((1, 5), await FromAndAcceptedAsync(path));
        Assert.Equal(31, (await _scratch.CallsAsync()).Values.Sum());
    }

    [Fact]
    public async Task A_cut_gzip_gives_its_whole_lines_says_so_and_is_gone_on_with_when_it_is_whole()
    {
        string path = Write("cdr", "csv.gz", i => $"s1,c{i}-{Guid.NewGuid()},1749985200000", 200);
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^1000]);
        UnfinishedFileException cut = await Assert.ThrowsAsync<UnfinishedFileException>(() => TakeAsync(path));
        int taken = (await _scratch.CallsAsync()).Count;
        Assert.InRange(taken, 1, 199);
        Assert.Equal($"the gzip ends before its end: the file was cut, or is still being written. Lines before {taken + 2} are taken; take it again when it is whole.", cut.Reason);
        Assert.Empty(await _scratch.QuarantineAsync());

        // A second member follows, as when two gzip files are put together; its last line has no line end.
        File.WriteAllBytes(path, [.. whole, .. Gzip("s1,more,1749985200000\ns1,last,1749985200000")]);
        Assert.Equal((taken + 2, 202 - taken), await FromAndAcceptedAsync(path));
        Assert.Equal(202, (await _scratch.CallsAsync()).Values.Sum());
    }

    [Fact]
    public async Task A_mapping_and_a_zone_make_records_of_any_cdr_file()
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById("America/New_York", out TimeZoneInfo? zone), "This machine has no time zone data (package tzdata).");
        string path = Path.Combine(_scratch.Folder, "billing.txt");
        File.WriteAllText(path, "Session;Began;Answered;Milliseconds;Called\r\nx1;2025-06-15 07:00:00;2025-06-15 07:00:05.500;61000;49301234\r\nx2;2025-06-15 07:00:00;;0;\r\n");
        var options = new FileIngestOptions
        {
            Mapping = CallRecordMapping.Parse(["call_id=Session", "setup_time=Began", "answer_time=Answered", "duration_ms=Milliseconds", "dnis=Called", "switch_id:=nyc1"]),
            TimeZone = zone,
        };
        FileIngestResult result = await TakeAsync(path, options: options);
        Assert.Equal((2, 0, 0), (result.Accepted, result.Quarantined, result.UnknownFields));
        CallEvent[] events = [.. (await EventsAsync()).OrderBy(e => e.EndMs)];
        Assert.Equal((1749985200000, 1749985200000, 0), (events[0].SetupMs, events[0].EndMs, events[0].RawMsA));
        Assert.Equal((1749985200000, 1749985266500, 61_000), (events[1].SetupMs, events[1].EndMs, events[1].RawMsA));
    }

    [Theory]
    [InlineData("", "is empty: it has no header row and no records.")]
    [InlineData("[{\"switch_id\":\"s1\"}]", "is a JSON array; write one record on each line (NDJSON), or send the array to POST /v1/calls.")]
    [InlineData("a;b\n1;2\n", "its header is of no use: no column is switch_id or call_id or setup_time; the columns are a, b. Map columns with field=Header, or set a field for all records with field:=value.")]
    public async Task A_file_of_no_use_is_refused_with_what_to_do(string content, string reason)
    {
        string path = Path.Combine(_scratch.Folder, "no-use");
        File.WriteAllText(path, content);
        CallFileException refused = await Assert.ThrowsAsync<CallFileException>(() => TakeAsync(path));
        Assert.Equal((path, reason), (refused.Path, refused.Reason));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        string path = Path.Combine(_scratch.Folder, "nowhere.csv");
        Assert.StartsWith($"{path}: cannot be read: Could not find file", (await Assert.ThrowsAsync<CallFileException>(() => TakeAsync(path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_lines_are_listed_with_their_lines_and_progress_is_told()
    {
        string path = Write("cdr", "csv", i => i % 4 == 0 ? $"s1,c{i}" : Good(i), 20);
        var progress = new List<FileProgress>();
        FileIngestResult result = await TakeAsync(path, progress: new Progressing(progress.Add));
        Assert.Equal((15, 5), (result.Accepted, result.Quarantined));
        Assert.Equal([new RecordError(2, "", "the row has 2 columns, the header 3"), new RecordError(6, "", "the row has 2 columns, the header 3"), new RecordError(10, "", "the row has 2 columns, the header 3")], result.Errors);
        Assert.Equal([8, 15, 21], progress.Select(p => p.Lines));
        Assert.Equal(new FileInfo(path).Length, progress[^1].Bytes);
        Assert.Equal("switch_id,call_id,setup_time\ns1,c4", Reading.Content((await _scratch.QuarantineAsync())[1]));
    }

    [Fact]
    public async Task Positions_are_kept_in_a_snapshot_so_that_the_log_may_forget_the_rest()
    {
        string path = Write("cdr", "csv", Good, 30);
        await using (FileIngest ingest = await OpenAsync(_scratch.Log))
        {
            await ingest.TakeAsync(path, new FileIngestOptions(), null, TestContext.Current.CancellationToken);
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (!(await PositionFramesAsync()).Any(f => f.IsSnapshot && f.Positions.Single().Line == 32))
            {
                bound.Token.ThrowIfCancellationRequested();
            }
        }

        await _scratch.ReopenAsync();
        long committed = 0;
        using var done = new CancellationTokenSource();
        await _scratch.Log.ConsumeAsync(Topics.FilePositions, FilePositionLog.Group, async (reader, _) =>
        {
            if (reader.Partition == FilePositionLog.Partition)
            {
                committed = reader.CommittedFrame;
                await done.CancelAsync();
            }
        }, done.Token);
        Assert.True(committed >= 5, $"Only {committed} frames are committed.");
        Assert.True((await TakeAsync(path)).WasTakenBefore);
    }

    private static string Good(int i) => $"s1,c{i},1749985200000";

    private static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }

    private string Write(string name, string format, Func<int, string> row, int lines)
    {
        string path = Path.Combine(_scratch.Folder, $"{name}.{format}");
        string content = format == "ndjson"
            ? string.Concat(Enumerable.Range(0, lines).Select(i => row(i).Split(',')).Select(c => $$"""{"switch_id":"{{c[0]}}","call_id":"{{c[1]}}","setup_time":"{{c[2]}}"}""" + "\n"))
            : Header + string.Concat(Enumerable.Range(0, lines).Select(i => row(i) + "\n"));
        File.WriteAllBytes(path, format.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(content) : Encoding.UTF8.GetBytes(content));
        return path;
    }

    private Task<FileIngest> OpenAsync(ILog log) => FileIngest.OpenAsync(log, SmallBatches, _clock, new IngestCounters(), "", TestContext.Current.CancellationToken);

    /// <summary>One start of the process.</summary>
    private async Task<FileIngestResult> TakeAsync(string path, ILog? log = null, FileIngestOptions? options = null, IProgress<FileProgress>? progress = null)
    {
        await using FileIngest ingest = await OpenAsync(log ?? _scratch.Log);
        return await ingest.TakeAsync(path, options ?? new FileIngestOptions(), progress, TestContext.Current.CancellationToken);
    }

    private async Task<(long From, long Accepted)> FromAndAcceptedAsync(string path)
    {
        FileIngestResult result = await TakeAsync(path);
        return (result.FromLine, result.Accepted);
    }

    private async Task<List<CallEvent>> EventsAsync()
    {
        var events = new List<CallEvent>();
        var batch = new CallEventBatch();
        foreach ((_, byte[] frame) in await _scratch.FramesAsync(Topics.CallEvents))
        {
            CallEventFrame.Read(frame, batch);
            events.AddRange(batch.Events);
        }

        return events;
    }

    private async Task<List<(bool IsSnapshot, List<FilePosition> Positions)>> PositionFramesAsync()
    {
        var frames = new List<(bool, List<FilePosition>)>();
        foreach ((_, byte[] frame) in await _scratch.FramesAsync(Topics.FilePositions))
        {
            var positions = new List<FilePosition>();
            frames.Add((FilePositionFrame.Read(frame, positions), positions));
        }

        return frames;
    }

    private sealed class Progressing(Action<FileProgress> report) : IProgress<FileProgress>
    {
        public void Report(FileProgress value) => report(value);
    }
}
