namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Where files of a watched folder go when all of them is taken.</summary>
public sealed class FolderArchiveTests : IAsyncLifetime
{
    private FolderScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await FolderScene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task What_is_taken_goes_to_the_archive_when_it_is_at_rest_and_never_over_another_file()
    {
        string archive = Path.Combine(_scene.Folder, "done");
        _scene.Config = _scene.Config with { Archive = archive };
        Directory.CreateDirectory(archive);
        File.WriteAllText(Path.Combine(archive, "a.csv"), "another");
        string path = _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("a1"));
        _scene.Write("bad.csv", "one,two\n1,2\n");
        await _scene.LookAsync();
        Assert.True(File.Exists(path));
        await _scene.LookAsync(TimeSpan.FromSeconds(60));
        Assert.False(File.Exists(path));
        Assert.Equal("another", File.ReadAllText(Path.Combine(archive, "a.csv")));
        Assert.Equal(FolderScene.Header + FolderScene.Row("a1"), File.ReadAllText(Path.Combine(archive, "a.csv.1")));
        Assert.True(File.Exists(_scene.PathOf("bad.csv")));

        // The name is free for the next file, and what comes again is taken no second time.
        await _scene.StopAsync();
        _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("a2"));
        _scene.Write("again.csv", FolderScene.Header + FolderScene.Row("a1"));
        await _scene.LookAsync();
        Assert.Equal(["a1", "a2"], await _scene.CallsAsync());
        await _scene.LookAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["a.csv", "a.csv.1", "a.csv.2", "again.csv"], Directory.GetFiles(archive).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(_scene.Told, told => Assert.StartsWith("bad.csv: its header is of no use", told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DiesBefore")]
    [InlineData("DiesAfter")]
    public async Task Killed_while_it_moves_a_file_to_the_archive_nothing_is_taken_twice(string fate)
    {
        string archive = Path.Combine(_scene.Folder, "done");
        _scene.Config = _scene.Config with { Archive = archive };
        _scene.Through = log => new FaultyLog(log, n => n == 2 ? Enum.Parse<AppendFate>(fate) : AppendFate.Done);
        _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("a1"));
        await _scene.LookAsync();
        await Assert.ThrowsAsync<KilledException>(() => _scene.LookAsync(TimeSpan.FromSeconds(60)));
        await _scene.StopAsync();
        _scene.Through = log => log;
        await _scene.LookAsync();
        await _scene.LookAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["a.csv"], Directory.GetFiles(archive).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFiles(_scene.Folder));
        Assert.Equal(["a1"], await _scene.CallsAsync());
        Assert.Empty(_scene.Reports);
    }

    [Fact]
    public async Task A_row_that_is_written_while_a_file_goes_to_the_archive_is_taken()
    {
        string archive = Path.Combine(_scene.Folder, "done");
        _scene.Config = _scene.Config with { Archive = archive };
        string path = _scene.PathOf("a.csv");
        _scene.Through = log => new FaultyLog(log, n =>
        {
            if (n == 2)
            {
                // The place is being written down under the name in the archive.
                File.AppendAllText(path, FolderScene.Row("a2"));
                _scene.Touch(path);
            }

            return AppendFate.Done;
        });
        _scene.Write("a.csv", FolderScene.Header + FolderScene.Row("a1"));
        await _scene.LookAsync();
        await _scene.LookAsync(TimeSpan.FromSeconds(60));
        await _scene.LookAsync();
        Assert.Equal(["a1", "a2"], await _scene.CallsAsync());
        await _scene.LookAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["a.csv"], Directory.GetFiles(archive).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFiles(_scene.Folder));
        Assert.Equal(["a1", "a2"], await _scene.CallsAsync());
        Assert.Empty(_scene.Reports);
    }
}
