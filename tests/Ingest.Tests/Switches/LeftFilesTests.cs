using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Growing files that lose their name before all of them is on the log, as when it is full: kept open, and taken when there is room.</summary>
public sealed class LeftFilesTests : IAsyncLifetime
{
    private const string Log = "Master.csv";

    private FolderScene _scene = null!;
    private bool _isFull;
    private int _rows;
    private int _away;

    public async ValueTask InitializeAsync()
    {
        _scene = await FolderScene.OpenAsync();
        _scene.Config = AsteriskRows.Config(_scene.Folder);
        _scene.Through = log => new FaultyLog(log, _ => _isFull ? AppendFate.Full : AppendFate.Done);
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 300)]
    [InlineData(true, 300)]
    public async Task Left_while_the_log_is_full_it_is_read_to_its_end_when_there_is_room(bool deleted, int rows)
    {
        Append(1);
        await LookAsync();
        _isFull = true;
        Append(rows);
        await LookAsync();
        Leave(deleted);
        Append(2);
        for (int i = 0; i < 5; i++)
        {
            await LookAsync(FolderTrouble.LongestPause * 2);
        }

        _isFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Left_again_and_again_while_the_log_is_full_each_is_taken_the_oldest_first()
    {
        _isFull = true;
        for (int i = 0; i < 10; i++)
        {
            // A call that is tried again behind each rotation: its attempts are counted in the order of the rows.
            Append(20);
            _scene.Write(Log, AsteriskRows.Row("1749985300.1", 900 + i, "BUSY"), append: true);
            await LookAsync();
            Leave(deleted: i % 2 == 0);
            await LookAsync();
        }

        _isFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(
            [.. Enumerable.Range(1, _rows).Select(row => $"ast1/{AsteriskRows.Id(row)}/1"), .. Enumerable.Range(1, 10).Select(attempt => $"ast1/1749985300.1/{attempt}").Order(StringComparer.Ordinal)],
            (await _scene.Scratch.CallsAsync()).Keys);
        Assert.All((await _scene.Scratch.CallsAsync()).Values, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(Log + ".1", Log)]
    [InlineData("Master.csv", "Master.csv-older")]
    public async Task Of_those_that_are_left_at_once_the_one_written_to_first_is_taken_first(string older, string newer)
    {
        _isFull = true;
        _scene.Write(newer, AsteriskRows.Row("1749985300.1", 902, "ANSWERED"));
        _scene.Write(older, AsteriskRows.Row(++_rows));
        File.AppendAllText(_scene.PathOf(older), AsteriskRows.Row("1749985300.1", 901, "BUSY"));
        File.SetLastWriteTimeUtc(_scene.PathOf(older), _scene.Clock.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(9));
        await LookAsync();
        File.Delete(_scene.PathOf(older));
        File.Delete(_scene.PathOf(newer));
        await LookAsync();
        _isFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal([(1, false), (2, true)], await AttemptsAsync("1749985300.1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    public async Task An_append_that_is_refused_once_loses_nothing_of_what_is_left(int refused)
    {
        int appends = 0;
        _scene.Through = log => new FaultyLog(log, _ => ++appends == refused + 1 ? AppendFate.Full : AppendFate.Done);
        Append(1);
        await LookAsync();
        Append(100);
        Leave(deleted: true);
        Append(1);
        await LookAsync();
        await LookAsync(FolderTrouble.FirstPause);
        await ExpectAllAsync();
        Assert.Equal(["cdr: nothing can be taken: no room. It goes on by itself when there is room.", "cdr mended: is watched again."], _scene.Told.Where(told => told.StartsWith("cdr", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Replaced_twice_while_the_one_before_is_still_being_read_the_one_between_is_taken_too()
    {
        Append(1);
        await LookAsync();
        Append(200);
        await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++)
        {
            Leave(deleted: true);
            Append(100);
            _scene.Clock.Advance(FolderWatcher.LookInterval);
            await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken);
        }

        await LookAsync();
        await ExpectAllAsync();
    }

    [Fact]
    public async Task It_is_told_while_it_waits_and_when_it_is_taken()
    {
        Append(1);
        await LookAsync();
        _isFull = true;
        Append(2);
        Leave(deleted: true);
        await LookAsync();
        FolderState state = _scene.Watcher.State;
        int bytes = 2 * AsteriskRows.Row(1).Length;
        Assert.Equal((1, 1, bytes), (state.FilesLeft, state.FilesWaiting, state.BytesBehind));
        await LookAsync();
        Assert.Equal(
            [
                "cdr: nothing can be taken: no room. It goes on by itself when there is room.",
                $"Master.csv: was renamed or removed before all of it was taken: up to {bytes} bytes from line 2 on are not on the log. It is kept open, and taken when the log takes more. Let it do so "
                + "before this process is ended: what is not taken by then is lost to it. If the file was renamed, nothing is lost: bring it back, under any name of the column files of switches.csv: it is gone on with where it was left.",
            ],
            _scene.Told);
        _isFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(["Master.csv mended: is taken to its end.", "cdr mended: is watched again."], _scene.Told.Skip(2));
        Assert.Equal((0, 0, 0), (_scene.Watcher.State.FilesLeft, _scene.Watcher.State.FilesWaiting, _scene.Watcher.State.BytesBehind));
        await ExpectAllAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Brought_back_under_a_name_it_is_gone_on_with_also_after_the_process_ended(bool ended)
    {
        Append(1);
        await LookAsync();
        _isFull = true;
        Append(2);
        string away = Leave(deleted: false);
        Append(1);
        await LookAsync();
        await LookAsync();
        if (ended)
        {
            await _scene.StopAsync();
            Assert.StartsWith(
                $"Master.csv: was renamed or removed before all of it was taken, and its watching ends before: up to {2 * AsteriskRows.Row(1).Length} bytes from line 2 on are not on the log. Bring it back, under any name",
                _scene.Told.Last(), StringComparison.Ordinal);
        }

        File.Move(away, _scene.PathOf(Log + ".back"));
        await LookAsync();
        Assert.Equal(!ended, _scene.Told.Contains($"Master.csv mended: is gone on with as {_scene.PathOf(Log)}.back."));
        Assert.Equal(0, _scene.Watcher.State.FilesLeft);
        _isFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Of_too_many_the_oldest_is_given_up_and_told()
    {
        _isFull = true;
        for (int i = 0; i <= FolderWatcher.MaxLeftFiles; i++)
        {
            Append(1);
            await LookAsync();
            Leave(deleted: true);
        }

        await LookAsync();
        Assert.Equal(FolderWatcher.MaxLeftFiles, _scene.Watcher.State.FilesLeft);
        Assert.Contains(
            $"Master.csv: was renamed or removed before all of it was taken, and 64 files were renamed or removed after it and wait as well: up to {AsteriskRows.Row(1).Length} bytes from line 1 on are not on the log. "
            + "Bring it back, under any name of the column files of switches.csv: it is gone on with where it was left. What was deleted is to be had from the switch alone.",
            _scene.Told);
        _isFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(Enumerable.Range(2, _rows - 1).Select(AsteriskRows.Id), await _scene.CallsAsync());
    }

    [Fact]
    public async Task Looked_at_rarely_it_is_read_to_its_end()
    {
        Append(1);
        await LookAsync();
        Append(300);
        Leave(deleted: true);
        for (int i = 0; i < 20; i++)
        {
            _scene.Clock.Advance(TimeSpan.FromSeconds(61));
            await _scene.Watcher.LookAsync(TestContext.Current.CancellationToken);
        }

        await ExpectAllAsync();
    }

    [Fact]
    public async Task Taken_by_a_person_under_its_new_name_it_is_gone_on_with()
    {
        Append(1);
        await LookAsync();
        Append(1);
        string away = Leave(deleted: false);
        await LookAsync();
        File.AppendAllText(away, AsteriskRows.Row(++_rows));
        await _scene.Ingest.TakeAsync(away, FileIngestOptions.OfSwitch(_scene.Config), null, TestContext.Current.CancellationToken);
        File.AppendAllText(away, AsteriskRows.Row(++_rows));
        await LookAsync();
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Cut_written_to_again_and_removed_between_two_looks_its_new_rows_are_taken()
    {
        Append(3);
        await LookAsync();
        File.Copy(_scene.PathOf(Log), _scene.PathOf(Log + ".1"));
        File.WriteAllText(_scene.PathOf(Log), "");
        Append(1);
        Leave(deleted: true);
        await LookAsync();
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Replaced_by_a_file_of_the_same_length_and_time_both_are_taken()
    {
        Append(1);
        await LookAsync();
        DateTime modified = File.GetLastWriteTimeUtc(_scene.PathOf(Log));
        Leave(deleted: true);
        Append(1);
        File.SetLastWriteTimeUtc(_scene.PathOf(Log), modified);
        await LookAsync();
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Empty_when_it_is_renamed_what_its_switch_writes_to_it_then_is_taken()
    {
        _scene.Write(Log, "");
        await LookAsync();
        string away = Leave(deleted: false);
        Append(1);
        await LookAsync();
        File.AppendAllText(away, AsteriskRows.Row(++_rows));
        await LookAsync();
        await ExpectAllAsync();
        await LookAsync(TimeSpan.FromSeconds(61));
        await LookAsync(TimeSpan.FromSeconds(61));
        Assert.Empty(_scene.Reports);
    }

    [Fact]
    public async Task Under_two_names_its_rows_are_taken_once()
    {
        Append(1);
        await LookAsync();
        Link(Log, Log + ".1");
        await LookAsync();
        for (int i = 0; i < 3; i++)
        {
            Append(1);
            await LookAsync();
        }

        File.Delete(_scene.PathOf(Log));
        _scene.Write(Log + ".1", AsteriskRows.Row(++_rows), append: true);
        Append(1);
        await LookAsync();
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Copied_back_under_a_name_while_its_switch_still_writes_to_it_both_are_followed()
    {
        Append(1);
        await LookAsync();
        _isFull = true;
        Append(1);
        string away = Leave(deleted: false);
        await LookAsync();
        File.Copy(away, _scene.PathOf(Log + ".1"));
        _scene.Touch(_scene.PathOf(Log + ".1"));
        await LookAsync();
        File.AppendAllText(away, AsteriskRows.Row(++_rows));
        await LookAsync();
        _isFull = false;
        await LookAsync(FolderTrouble.LongestPause);

        // The copy ends before the place reached, so that its rows count as another file's: repeats, charged once.
        Assert.Equal(Enumerable.Range(1, _rows).Select(AsteriskRows.Id), (await _scene.CallsAsync()).Distinct());
    }

    [Fact]
    public async Task Behind_many_older_files_it_is_held_before_anything_is_taken()
    {
        _isFull = true;
        for (int i = 0; i < 40; i++)
        {
            _scene.Write($"{Log}.{i}", AsteriskRows.Row(++_rows));
            _scene.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Append(1);
        await LookAsync();
        Leave(deleted: true);
        await LookAsync();
        _isFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Its_last_line_without_an_end_is_taken_when_nobody_goes_on_writing_it()
    {
        Append(1);
        await LookAsync();
        _scene.Write(Log, AsteriskRows.Row(++_rows)[..^1], append: true);
        _isFull = true;
        await LookAsync();
        Leave(deleted: true);
        await LookAsync(TimeSpan.FromSeconds(30));
        _isFull = false;
        await LookAsync(TimeSpan.FromSeconds(20));
        Assert.Single(await _scene.CallsAsync());
        await LookAsync(TimeSpan.FromSeconds(30));
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Read_to_its_end_it_is_not_told_when_its_name_comes_back_much_later()
    {
        Append(1);
        await LookAsync();
        Leave(deleted: true);
        await LookAsync();
        await LookAsync(TimeSpan.FromHours(2));
        Append(1);
        await LookAsync();
        await LookAsync(TimeSpan.FromMinutes(1));
        await ExpectAllAsync();
        Assert.Empty(_scene.Reports);
    }

    private void Append(int rows) => _scene.Write(Log, string.Concat(Enumerable.Range(0, rows).Select(_ => AsteriskRows.Row(++_rows))), append: true);

    /// <summary>Renames it to where nobody looks, or removes it.</summary>
    private string Leave(bool deleted)
    {
        string away = Path.Combine(_scene.Scratch.Folder, $"away.{++_away}");
        if (deleted)
        {
            File.Delete(_scene.PathOf(Log));
        }
        else
        {
            File.Move(_scene.PathOf(Log), away);
        }

        return away;
    }

    /// <summary>Each attempt of a call, and whether it was answered.</summary>
    private async Task<List<(int Attempt, bool IsAnswered)>> AttemptsAsync(string call)
    {
        var attempts = new List<(int, bool)>();
        var batch = new CallEventBatch();
        foreach ((_, byte[] frame) in await _scene.Scratch.FramesAsync(Topics.CallEvents))
        {
            CallEventFrame.Read(frame, batch);
            attempts.AddRange(batch.Events.ToArray().Where(one => batch.Texts.GetString(one.CallId) == call).Select(one => ((int)one.Attempt, one.AnswerMs != CallEvent.NoInstant)));
        }

        attempts.Sort();
        return attempts;
    }

    private void Link(string from, string to)
    {
        using var linked = System.Diagnostics.Process.Start("ln", [_scene.PathOf(from), _scene.PathOf(to)]);
        Assert.True(linked.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, linked.ExitCode);
    }

    private Task LookAsync(TimeSpan? later = null) => _scene.LookAsync(later);

    /// <summary>Each row once.</summary>
    private async Task ExpectAllAsync()
    {
        Assert.Equal(Enumerable.Range(1, _rows).Select(AsteriskRows.Id).Order(StringComparer.Ordinal), await _scene.CallsAsync());
        Assert.Empty(await _scene.Scratch.QuarantineAsync());
    }
}
