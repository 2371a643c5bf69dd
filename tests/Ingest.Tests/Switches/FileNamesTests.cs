using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Which open file of those that grow is behind which name, whatever is done to names and contents.</summary>
public sealed class FileNamesTests : RotationScene
{
    [Fact]
    public async Task Replaced_twice_while_the_one_before_is_still_being_read_the_one_between_is_taken_too()
    {
        Append(1);
        await LookAsync();
        Append(200);
        await Scene.Watcher.LookAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++)
        {
            Leave(deleted: true);
            Append(100);
            Scene.Clock.Advance(FolderWatcher.LookInterval);
            await Scene.Watcher.LookAsync(TestContext.Current.CancellationToken);
        }

        await LookAsync();
        await ExpectAllAsync();
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
            Scene.Clock.Advance(TimeSpan.FromSeconds(61));
            await Scene.Watcher.LookAsync(TestContext.Current.CancellationToken);
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
        File.AppendAllText(away, AsteriskRows.Row(++Rows));
        await Scene.Ingest.TakeAsync(away, FileIngestOptions.OfSwitch(Scene.Config), null, TestContext.Current.CancellationToken);
        File.AppendAllText(away, AsteriskRows.Row(++Rows));
        await LookAsync();
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Cut_written_to_again_and_removed_between_two_looks_its_newRows_are_taken()
    {
        Append(3);
        await LookAsync();
        File.Copy(Scene.PathOf(Log), Scene.PathOf(Log + ".1"));
        File.WriteAllText(Scene.PathOf(Log), "");
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
        DateTime modified = File.GetLastWriteTimeUtc(Scene.PathOf(Log));
        Leave(deleted: true);
        Append(1);
        File.SetLastWriteTimeUtc(Scene.PathOf(Log), modified);
        await LookAsync();
        await ExpectAllAsync();
    }

    [Fact]
    public async Task Empty_when_it_is_renamed_what_its_switch_writes_to_it_then_is_taken()
    {
        Scene.Write(Log, "");
        await LookAsync();
        string away = Leave(deleted: false);
        Append(1);
        await LookAsync();
        File.AppendAllText(away, AsteriskRows.Row(++Rows));
        await LookAsync();
        await ExpectAllAsync();
        await LookAsync(TimeSpan.FromSeconds(61));
        await LookAsync(TimeSpan.FromSeconds(61));
        Assert.Empty(Scene.Reports);
    }

    [Fact]
    public async Task Under_two_names_itsRows_are_taken_once()
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

        File.Delete(Scene.PathOf(Log));
        Scene.Write(Log + ".1", AsteriskRows.Row(++Rows), append: true);
        Append(1);
        await LookAsync();
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
        Assert.Empty(Scene.Reports);
    }

    private void Link(string from, string to)
    {
        using var linked = System.Diagnostics.Process.Start("ln", [Scene.PathOf(from), Scene.PathOf(to)]);
        Assert.True(linked.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, linked.ExitCode);
    }
}
