using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Text;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>What becomes of the files of a watched folder that are written once.</summary>
public sealed class FolderWatcherTests : IAsyncLifetime
{
    private FolderScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await FolderScene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Files_are_taken_by_their_names_and_unfinished_ones_left_out()
    {
        _scene.Config = _scene.Config with { Files = "cdr*.csv | *.LOG", Unfinished = "*tmp*|.*" };
        _scene.Write("cdr1.csv", FolderScene.Header + FolderScene.Row("a"));
        _scene.Write("x.log", FolderScene.Header + FolderScene.Row("b"));
        _scene.Write("other.csv", FolderScene.Header + FolderScene.Row("not-ours"));
        _scene.Write("cdr2.tmp.csv", FolderScene.Header + FolderScene.Row("unfinished"));
        Directory.CreateDirectory(_scene.PathOf("cdr3.csv"));
        await _scene.LookAsync();
        Assert.Equal(["a", "b"], await _scene.CallsAsync());
        File.Move(_scene.PathOf("cdr2.tmp.csv"), _scene.PathOf("cdr2.csv"));
        await _scene.LookAsync();
        Assert.Equal(["a", "b", "unfinished"], await _scene.CallsAsync());
        Assert.Equal((3, 0, 0, null), (_scene.Watcher.State.FilesTaken, _scene.Watcher.State.FilesWaiting, _scene.Watcher.State.BytesBehind, _scene.Watcher.State.Error));
        Assert.Empty(_scene.Reports);
    }

    [Fact]
    public async Task A_file_is_taken_once_by_its_content_whatever_its_name_and_however_often_it_comes()
    {
        string path = _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("a1") + FolderScene.Row("a2"));
        await _scene.LookAsync();
        File.Copy(path, _scene.PathOf("again.csv"));
        using (var gzip = new GZipStream(File.Create(_scene.PathOf("a.csv.gz")), CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(path));
        }

        await _scene.LookAsync();
        await _scene.StopAsync();
        File.Move(path, _scene.PathOf("b.csv"));
        await _scene.LookAsync();
        Assert.Equal(["a1", "a2"], await _scene.CallsAsync());
        Assert.Equal(0, _scene.Watcher.State.FilesWaiting);
    }

    [Fact]
    public async Task A_changed_file_of_the_same_name_is_told_once_and_taken_when_a_person_says_so()
    {
        string path = _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("a1") + FolderScene.Row("a2"));
        await _scene.LookAsync();
        await _scene.StopAsync();
        _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("x1") + FolderScene.Row("x2") + FolderScene.Row("x3"));
        for (int i = 0; i < 5; i++)
        {
            await _scene.LookAsync();
        }

        Assert.Equal(["a1", "a2"], await _scene.CallsAsync());
        FolderReport told = Assert.Single(_scene.Reports);
        Assert.Equal((path, false), (told.Path, told.IsMended));
        Assert.StartsWith("its content changed: a file of this name was taken up to line 3, and those lines are not in it as they were.", told.Message, StringComparison.Ordinal);
        Assert.Equal($"{path}: {told.Message}", _scene.Watcher.State.Error);
        Assert.Equal((1, 1), (_scene.Watcher.State.FilesFailing, _scene.Watcher.State.FilesWaiting));

        await _scene.Ingest.TakeAsync(path, FileIngestOptions.OfSwitch(_scene.Config) with { TakeChanged = true }, null, TestContext.Current.CancellationToken);
        await _scene.LookAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["a1", "a2", "x1", "x2", "x3"], await _scene.CallsAsync());
        Assert.Equal("a.csv mended: is taken again.", _scene.Told.Last());
        Assert.Null(_scene.Watcher.State.Error);
    }

    [Fact]
    public async Task The_same_file_of_two_switches_is_two_files()
    {
        _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("a"));
        await _scene.LookAsync();
        var other = new FolderWatcher(_scene.Config with { Id = 2, Name = "s2" }, _scene.Ingest, _scene.Clock, _scene.Reports.Add);
        await other.LookAsync(TestContext.Current.CancellationToken);
        other.Close();
        Assert.Equal(["s1/a/1", "s2/a/1"], (await _scene.Scratch.CallsAsync()).Keys);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_told_once_and_keeps_nothing_else_from_being_taken()
    {
        _scene.Write("bad.csv", "one,two\n1,2\n");
        _scene.Write("good.csv", FolderScene.Header + FolderScene.Row("good"));
        File.WriteAllBytes(_scene.PathOf("damaged.csv.gz"), [0x1F, 0x8B, 8, 0, .. Enumerable.Repeat((byte)0xFF, 100_000)]);
        _scene.Touch(_scene.PathOf("damaged.csv.gz"));
        for (int i = 0; i < 10; i++)
        {
            await _scene.LookAsync();
        }

        Assert.Equal(["good"], await _scene.CallsAsync());
        Assert.Equal(2, _scene.Reports.Count);
        Assert.Contains(
            "bad.csv: its header is of no use: no column is call_id or setup_time; the columns are one, two. Map columns in the column mapping of switches.csv: field=Header, or field:=value for all records.",
            _scene.Told);
        Assert.Contains(_scene.Told, told => told.StartsWith("damaged.csv.gz: cannot be read: ", StringComparison.Ordinal));

        // Mended, it is taken with the next try; one that goes away is told of as well.
        _scene.Write("bad.csv", FolderScene.Header + FolderScene.Row("mended"));
        File.Delete(_scene.PathOf("damaged.csv.gz"));
        await _scene.LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(["good", "mended"], await _scene.CallsAsync());
        Assert.Equal(["bad.csv mended: is taken again.", "damaged.csv.gz mended: is no longer in the folder."], _scene.Told.Skip(2).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_fails_is_tried_again_after_pauses_that_grow_to_a_minute()
    {
        var trouble = new FolderTrouble();
        var pauses = new List<double>();
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(i == 0, trouble.Add("why", mayPass: false, Reading.Now, TimeSpan.FromSeconds(60)));
            pauses.Add((trouble.NextTry - Reading.Now).TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], pauses);
        Assert.True(trouble.Clear());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_once_and_looked_for()
    {
        Directory.Delete(_scene.Folder);
        for (int i = 0; i < 5; i++)
        {
            await _scene.LookAsync(TimeSpan.FromSeconds(40));
        }

        Assert.StartsWith("cdr: the folder cannot be read: Could not find a part of the path", Assert.Single(_scene.Told), StringComparison.Ordinal);
        Assert.StartsWith($"{_scene.Folder}: the folder cannot be read", _scene.Watcher.State.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(_scene.Folder);
        _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("a"));
        await _scene.LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(["a"], await _scene.CallsAsync());
        Assert.Equal("cdr mended: is watched again.", _scene.Told.Last());
        Assert.Null(_scene.Watcher.State.Error);
    }

    [Fact]
    public async Task A_half_written_gzip_is_told_only_when_it_stays_so()
    {
        using var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(FolderScene.Header + string.Concat(Enumerable.Range(0, 5_000).Select(i => FolderScene.Row($"{Guid.NewGuid()}-{i}")))));
        }

        string path = _scene.PathOf("a.csv.gz");
        File.WriteAllBytes(path, whole.ToArray()[..(int)(whole.Length / 2)]);
        _scene.Touch(path);
        await _scene.LookAsync();
        await _scene.LookAsync();
        Assert.Empty(_scene.Reports);
        await _scene.LookAsync(TimeSpan.FromSeconds(60));
        Assert.StartsWith("a.csv.gz: the gzip ends before its end: the file was cut, or is still being written.", Assert.Single(_scene.Told), StringComparison.Ordinal);
        File.WriteAllBytes(path, whole.ToArray());
        _scene.Touch(path);
        await _scene.LookAsync();
        List<string> calls = await _scene.CallsAsync();
        Assert.Equal((5_000, 5_000), (calls.Count, calls.Distinct().Count()));
        Assert.Equal("a.csv.gz mended: is taken again.", _scene.Told.Last());
    }

    [Fact]
    public async Task A_copy_under_way_of_a_file_that_was_taken_is_not_taken_for_another_file()
    {
        string content = FolderScene.Header + string.Concat(Enumerable.Range(0, 20).Select(i => FolderScene.Row($"c{i:00}")));
        string path = _scene.Write("a.csv", content);
        await _scene.LookAsync();
        _scene.Write("copy.csv", content[..(content.Length / 2)]);
        await _scene.LookAsync();
        _scene.Write("copy.csv", content[..^1]);
        await _scene.LookAsync();
        _scene.Write("copy.csv", content);
        await _scene.LookAsync();
        Assert.Equal(20, (await _scene.CallsAsync()).Count);
        Assert.Empty(_scene.Reports);
        File.Delete(path);

        // One that stays shorter is another file, whose rows are repeats.
        _scene.Write("short.csv", content[..FolderScene.Header.Length] + FolderScene.Row("c00") + FolderScene.Row("c01") + FolderScene.Row("c02") + FolderScene.Row("c03") + FolderScene.Row("c04"));
        await _scene.LookAsync();
        Assert.Equal(20, (await _scene.CallsAsync()).Count);
        await _scene.LookAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(25, (await _scene.CallsAsync()).Count);
        Assert.Equal(20, (await _scene.CallsAsync()).Distinct().Count());
    }

    [Fact]
    public async Task A_full_log_is_waited_for_and_nothing_is_skipped()
    {
        bool isFull = true;
        _scene.Through = log => new FaultyLog(log, _ => isFull ? AppendFate.Full : AppendFate.Done);
        _scene.Write("a.csv", FolderScene.Header + string.Concat(Enumerable.Range(0, 12).Select(i => FolderScene.Row($"c{i:00}"))));
        for (int i = 0; i < 5; i++)
        {
            await _scene.LookAsync();
        }

        Assert.Equal("cdr: nothing can be taken: no room. It goes on by itself when there is room.", Assert.Single(_scene.Told));
        Assert.Empty(await _scene.CallsAsync());
        isFull = false;
        await _scene.LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(12, (await _scene.CallsAsync()).Distinct().Count());
        Assert.Equal(12, (await _scene.CallsAsync()).Count);
        Assert.Equal("cdr mended: is watched again.", _scene.Told.Last());
    }

    [Fact]
    public async Task How_a_folder_stands_is_in_the_metrics_by_switch()
    {
        _scene.Config = _scene.Config with { Name = "metered" };
        _scene.Write("bad.csv", "one,two\n1,2\n");
        await _scene.StartAsync();
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name.StartsWith("perimeter.ingest.folder.", StringComparison.Ordinal))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.ToArray().Contains(new KeyValuePair<string, object?>("switch", "metered")))
            {
                lock (seen)
                {
                    seen[instrument.Name["perimeter.ingest.folder.".Length..]] = value;
                }
            }
        });
        listener.Start();
        using var stop = new CancellationTokenSource();
        Task running = _scene.Watcher.RunAsync(stop.Token);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_scene.Watcher.State.FilesFailing == 0)
        {
            bound.Token.ThrowIfCancellationRequested();
            _scene.Clock.Advance(FolderWatcher.LookInterval);
            await Task.Delay(1, bound.Token);
        }

        listener.RecordObservableInstruments();
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((1, 0, 1, 1, "one,two\n1,2\n".Length), (seen["waiting"], seen["left"], seen["failing"], seen["errors"], seen["behind"]));
        Assert.False(seen.ContainsKey("files"));
    }

    [Fact]
    public async Task A_huge_file_of_one_switch_does_not_hold_another_switch()
    {
        await _scene.StartAsync();
        _scene.Write("huge.csv", FolderScene.Header + string.Concat(Enumerable.Range(0, 5_000).Select(i => FolderScene.Row($"h{i}"))));
        string otherFolder = Directory.CreateDirectory(Path.Combine(_scene.Scratch.Folder, "other")).FullName;
        File.WriteAllText(Path.Combine(otherFolder, "small.csv"), FolderScene.Header + FolderScene.Row("small"));
        var other = new FolderWatcher(_scene.Config with { Id = 2, Name = "s2", Folder = otherFolder }, _scene.Ingest, _scene.Clock, _scene.Reports.Add);

        // One turn of the huge file is 8 batches of 5 lines; the other switch needs no more than that.
        Assert.True(await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken));
        Assert.False(await other.LookAsync(TestContext.Current.CancellationToken));
        other.Close();
        SortedDictionary<string, int> calls = await _scene.Scratch.CallsAsync();
        Assert.True(calls.ContainsKey("s2/small/1"));
        Assert.Equal(41, calls.Count);
        Assert.InRange(_scene.Watcher.State.BytesBehind, 1, long.MaxValue);
    }

    [Fact]
    public async Task Files_and_bytes_that_wait_are_counted()
    {
        _scene.Write("bad.csv", "one,two\n1,2\n");
        _scene.Write("good.csv", FolderScene.Header + FolderScene.Row("good"));
        await _scene.LookAsync();
        FolderState state = _scene.Watcher.State;
        Assert.Equal((1, 1, 1, "one,two\n1,2\n".Length), (state.FilesTaken, state.FilesWaiting, state.FilesFailing, state.BytesBehind));
        Assert.Equal(_scene.Clock.GetUtcNow(), state.ErrorSince);
        _scene.Write("good.csv", FolderScene.Row("half")[..10], append: true);
        await _scene.LookAsync();
        Assert.Equal((1, 2), (_scene.Watcher.State.FilesTaken, _scene.Watcher.State.FilesWaiting));
    }

    [Fact]
    public async Task A_file_that_is_removed_before_it_was_taken_is_told_and_gone_on_with_when_it_comes_back()
    {
        string content = FolderScene.Header + string.Concat(Enumerable.Range(0, 60).Select(i => FolderScene.Row($"c{i:00}")));
        string path = _scene.Write("a.csv", content);
        await _scene.StartAsync();
        Assert.True(await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken));
        _scene.Watcher.FileOf(path)!.Close();
        File.Delete(path);
        await _scene.LookAsync();
        Assert.Equal(
            ["a.csv: was removed before all of it was taken. Bring it back, under any name of the column files of switches.csv: it is gone on with where it was left."], _scene.Told);
        _scene.Write("back.csv", content);
        await _scene.LookAsync();
        Assert.Equal(60, (await _scene.CallsAsync()).Count);
    }

    [Fact]
    public async Task A_compressed_file_that_is_removed_while_it_is_taken_is_told()
    {
        string path = _scene.PathOf("a.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(FolderScene.Header + string.Concat(Enumerable.Range(0, 60).Select(i => FolderScene.Row($"c{i:00}")))));
        }

        await _scene.StartAsync();
        Assert.True(await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken));
        File.Delete(path);
        await _scene.LookAsync();
        Assert.StartsWith("a.csv.gz: was removed before all of it was taken. Bring it back", Assert.Single(_scene.Told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_file_that_is_renamed_while_it_is_taken_is_gone_on_with()
    {
        string path = _scene.Write("a.csv", FolderScene.Header + string.Concat(Enumerable.Range(0, 60).Select(i => FolderScene.Row($"c{i:00}"))));
        await _scene.StartAsync();
        Assert.True(await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken));
        File.Move(path, _scene.PathOf("b.csv"));
        await _scene.LookAsync();
        Assert.Equal(60, (await _scene.CallsAsync()).Count);
        Assert.Empty(_scene.Reports);
    }

    [Fact]
    public async Task Run_looks_again_each_second_until_it_is_stopped()
    {
        await _scene.StartAsync();
        using var stop = new CancellationTokenSource();
        Task running = _scene.Watcher.RunAsync(stop.Token);
        for (int i = 0; i < 3; i++)
        {
            _scene.Write($"f{i}.csv", FolderScene.Header + FolderScene.Row($"f{i}"));
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (_scene.Watcher.State.FilesTaken <= i)
            {
                bound.Token.ThrowIfCancellationRequested();
                _scene.Clock.Advance(FolderWatcher.LookInterval);

                // The watcher needs the processor that turning the clock without a pause would take from it.
                await Task.Delay(1, bound.Token);
            }
        }

        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(["f0", "f1", "f2"], await _scene.CallsAsync());
    }
}
