using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Growing files that lose their name before all of them is on the log, as when it is full: kept open, and taken when there is room.</summary>
public sealed class LeftFilesTests : RotationScene
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 300)]
    [InlineData(true, 300)]
    public async Task Left_while_the_log_is_full_it_is_read_to_its_end_when_there_is_room(bool deleted, int rows)
    {
        Append(1);
        await LookAsync();
        IsFull = true;
        Append(rows);
        await LookAsync();
        Leave(deleted);
        Append(2);
        for (int i = 0; i < 5; i++)
        {
            await LookAsync(FolderTrouble.LongestPause * 2);
        }

        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Left_again_and_again_while_the_log_is_full_each_is_taken_the_oldest_first()
    {
        IsFull = true;
        for (int i = 0; i < 10; i++)
        {
            // A call that is tried again behind each rotation: its attempts are counted in the order of the rows.
            Append(20);
            Scene.Write(Log, AsteriskRows.Row("1749985300.1", 900 + i, "BUSY"), append: true);
            await LookAsync();
            Leave(deleted: i % 2 == 0);
            await LookAsync();
        }

        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(
            [.. Enumerable.Range(1, Rows).Select(row => $"ast1/{AsteriskRows.Id(row)}/1"), .. Enumerable.Range(1, 10).Select(attempt => $"ast1/1749985300.1/{attempt}").Order(StringComparer.Ordinal)],
            (await Scene.Scratch.CallsAsync()).Keys);
        Assert.All((await Scene.Scratch.CallsAsync()).Values, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(Log + ".1", Log)]
    [InlineData("Master.csv", "Master.csv-older")]
    public async Task Of_those_that_are_left_at_once_the_one_written_to_first_is_taken_first(string older, string newer)
    {
        IsFull = true;
        Scene.Write(newer, AsteriskRows.Row("1749985300.1", 902, "ANSWERED"));
        Scene.Write(older, AsteriskRows.Row(++Rows));
        File.AppendAllText(Scene.PathOf(older), AsteriskRows.Row("1749985300.1", 901, "BUSY"));
        File.SetLastWriteTimeUtc(Scene.PathOf(older), Scene.Clock.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(9));
        await LookAsync();
        File.Delete(Scene.PathOf(older));
        File.Delete(Scene.PathOf(newer));
        await LookAsync();
        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal([(1, false), (2, true)], await AttemptsAsync("1749985300.1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cut_before_anything_of_it_was_taken_it_is_told_unless_a_copy_is_beside_it(bool copied)
    {
        IsFull = true;
        Append(2);
        await LookAsync();
        if (copied)
        {
            File.Copy(Scene.PathOf(Log), Scene.PathOf(Log + ".1"));
            Scene.Touch(Scene.PathOf(Log + ".1"));
        }

        Scene.Write(Log, "");
        Append(1);
        await LookAsync();
        await LookAsync(TimeSpan.FromSeconds(6));
        string[] told = [.. Scene.Told.Where(told => told.StartsWith(Log, StringComparison.Ordinal))];
        Assert.Equal(
            copied
                ? []
                : [$"Master.csv: was cut or written anew before anything of it was taken: {2 * AsteriskRows.Row(1).Length} bytes are in it no more, and no copy of it appeared here. They are taken when a copy has a name of the column files of switches.csv."],
            told);
        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(Enumerable.Range(copied ? 1 : 3, copied ? 3 : 1).Select(AsteriskRows.Id), await Scene.CallsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    public async Task An_append_that_is_refused_once_loses_nothing_of_what_is_left(int refused)
    {
        int appends = 0;
        Scene.Through = log => new FaultyLog(log, _ => ++appends == refused + 1 ? AppendFate.Full : AppendFate.Done);
        Append(1);
        await LookAsync();
        Append(100);
        Leave(deleted: true);
        Append(1);
        await LookAsync();
        await LookAsync(FolderTrouble.FirstPause);
        await ExpectAllAsync();
        Assert.Equal(["cdr: nothing can be taken: no room. It goes on by itself when there is room.", "cdr mended: is watched again."], Scene.Told.Where(told => told.StartsWith("cdr", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_is_told_while_it_waits_and_when_it_is_taken()
    {
        Append(1);
        await LookAsync();
        IsFull = true;
        Append(2);
        Leave(deleted: true);
        await LookAsync();
        FolderState state = Scene.Watcher.State;
        int bytes = 2 * AsteriskRows.Row(1).Length;
        Assert.Equal((1, 1, bytes), (state.FilesLeft, state.FilesWaiting, state.BytesBehind));
        await LookAsync();
        Assert.Equal(
            [
                "cdr: nothing can be taken: no room. It goes on by itself when there is room.",
                $"Master.csv: was renamed or removed before all of it was taken: up to {bytes} bytes from line 2 on are not on the log. It is kept open, and taken when the log takes more. Let it do so "
                + "before this process is ended: what is not taken by then is lost to it. If the file was renamed, nothing is lost: bring it back, under any name of the column files of switches.csv: it is gone on with where it was left.",
            ],
            Scene.Told);
        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(["Master.csv mended: is taken to its end.", "cdr mended: is watched again."], Scene.Told.Skip(2));
        Assert.Equal((0, 0, 0), (Scene.Watcher.State.FilesLeft, Scene.Watcher.State.FilesWaiting, Scene.Watcher.State.BytesBehind));
        await ExpectAllAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Brought_back_under_a_name_it_is_gone_on_with_also_after_the_process_ended(bool ended)
    {
        Append(1);
        await LookAsync();
        IsFull = true;
        Append(2);
        string away = Leave(deleted: false);
        Append(1);
        await LookAsync();
        await LookAsync();
        if (ended)
        {
            await Scene.StopAsync();
            Assert.StartsWith(
                $"Master.csv: was renamed or removed before all of it was taken, and its watching ends before: up to {2 * AsteriskRows.Row(1).Length} bytes from line 2 on are not on the log. Bring it back, under any name",
                Scene.Told.Last(), StringComparison.Ordinal);
        }

        File.Move(away, Scene.PathOf(Log + ".back"));
        await LookAsync();
        Assert.Equal(!ended, Scene.Told.Contains($"Master.csv mended: is gone on with as {Scene.PathOf(Log)}.back."));
        Assert.Equal(0, Scene.Watcher.State.FilesLeft);
        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Of_too_many_the_oldest_is_given_up_and_told()
    {
        IsFull = true;
        for (int i = 0; i <= FolderWatcher.MaxLeftFiles; i++)
        {
            Append(1);
            await LookAsync();
            Leave(deleted: true);
        }

        await LookAsync();
        Assert.Equal(FolderWatcher.MaxLeftFiles, Scene.Watcher.State.FilesLeft);
        Assert.Contains(
            $"Master.csv: was renamed or removed before all of it was taken, and 64 files were renamed or removed after it and wait as well: up to {AsteriskRows.Row(1).Length} bytes from line 1 on are not on the log. "
            + "Bring it back, under any name of the column files of switches.csv: it is gone on with where it was left. What was deleted is to be had from the switch alone.",
            Scene.Told);
        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        Assert.Equal(Enumerable.Range(2, Rows - 1).Select(AsteriskRows.Id), await Scene.CallsAsync());
    }

    [Fact]
    public async Task Copied_back_under_a_name_while_its_switch_still_writes_to_it_both_are_followed()
    {
        Append(1);
        await LookAsync();
        IsFull = true;
        Append(1);
        string away = Leave(deleted: false);
        await LookAsync();
        File.Copy(away, Scene.PathOf(Log + ".1"));
        Scene.Touch(Scene.PathOf(Log + ".1"));
        await LookAsync();
        File.AppendAllText(away, AsteriskRows.Row(++Rows));
        await LookAsync();
        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);

        // The copy ends before the place reached, so that its rows count as another file's: repeats, charged once.
        Assert.Equal(Enumerable.Range(1, Rows).Select(AsteriskRows.Id), (await Scene.CallsAsync()).Distinct());
    }

    [Fact]
    public async Task Behind_many_older_files_it_is_held_before_anything_is_taken()
    {
        IsFull = true;
        for (int i = 0; i < 40; i++)
        {
            Scene.Write($"{Log}.{i}", AsteriskRows.Row(++Rows));
            Scene.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Append(1);
        await LookAsync();
        Leave(deleted: true);
        await LookAsync();
        IsFull = false;
        await LookAsync(FolderTrouble.LongestPause);
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Its_last_line_without_an_end_is_taken_when_nobody_goes_on_writing_it()
    {
        Append(1);
        await LookAsync();
        Scene.Write(Log, AsteriskRows.Row(++Rows)[..^1], append: true);
        IsFull = true;
        await LookAsync();
        Leave(deleted: true);
        await LookAsync(TimeSpan.FromSeconds(30));
        IsFull = false;
        await LookAsync(TimeSpan.FromSeconds(20));
        Assert.Single(await Scene.CallsAsync());
        await LookAsync(TimeSpan.FromSeconds(30));
        await ExpectAllAsync();
    }

    /// <summary>Each attempt of a call, and whether it was answered.</summary>
    private async Task<List<(int Attempt, bool IsAnswered)>> AttemptsAsync(string call)
    {
        var attempts = new List<(int, bool)>();
        var batch = new CallEventBatch();
        foreach ((_, byte[] frame) in await Scene.Scratch.FramesAsync(Topics.CallEvents))
        {
            CallEventFrame.Read(frame, batch);
            attempts.AddRange(batch.Events.ToArray().Where(one => batch.Texts.GetString(one.CallId) == call).Select(one => ((int)one.Attempt, one.AnswerMs != CallEvent.NoInstant)));
        }

        attempts.Sort();
        return attempts;
    }
}
