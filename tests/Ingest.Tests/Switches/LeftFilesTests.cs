using Perimeter.Ingest.Switches;

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

    private Task LookAsync(TimeSpan? later = null) => _scene.LookAsync(later);

    /// <summary>Each row once.</summary>
    private async Task ExpectAllAsync()
    {
        Assert.Equal(Enumerable.Range(1, _rows).Select(AsteriskRows.Id).Order(StringComparer.Ordinal), await _scene.CallsAsync());
        Assert.Empty(await _scene.Scratch.QuarantineAsync());
    }
}
