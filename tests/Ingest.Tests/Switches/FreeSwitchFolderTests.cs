using Perimeter.Domain;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>The error directory of mod_json_cdr, watched.</summary>
public sealed class FreeSwitchFolderTests
{
    private const string Name = "1f0e6f4e-0d7d-4b1c-8a52-000000000002.cdr.json";

    [Fact]
    public async Task A_record_that_is_written_in_place_is_waited_for_taken_once_and_archived()
    {
        string json = Fixture.Text("freeswitch/b-leg-answered.json");
        await using FolderScene scene = await FolderScene.OpenAsync(new IngestLimits());
        string archive = Path.Combine(scene.Scratch.Folder, "archive");
        scene.Config = new SwitchConfig(1, "fs1", SwitchType.FreeSwitch) { Folder = scene.Folder, Archive = archive };
        foreach (int length in new[] { 0, 1, json.Length / 2, json.Length - 1 })
        {
            scene.Write(Name, json[..length]);
            scene.Write("notes.txt", "not one of its names");
            await scene.LookAsync();
            Assert.Empty(await scene.Scratch.CallsAsync());
        }

        scene.Write(Name, json);
        await scene.LookAsync();
        Assert.Equal(new SortedDictionary<string, int> { ["fs-fra-1/0b7c3a52-5a6e-4a9d-9d3e-5a1d7f0c1a01/2"] = 1 }, await scene.Scratch.CallsAsync());
        await scene.LookAsync(TimeSpan.FromMinutes(2));
        Assert.False(File.Exists(scene.PathOf(Name)));
        Assert.Equal(json, File.ReadAllText(Path.Combine(archive, Name)));

        // The same record again, as by a second error directory: known by its content.
        scene.Write("a_" + Name, json);
        await scene.LookAsync();
        Assert.Equal(1, (await scene.Scratch.CallsAsync()).Values.Sum());
        Assert.Empty(await scene.Scratch.QuarantineAsync());
    }

    [Fact]
    public async Task A_record_that_stays_cut_is_told_stays_in_the_folder_and_is_taken_when_it_is_whole()
    {
        string json = Fixture.Text("freeswitch/b-leg-answered.json");
        await using FolderScene scene = await FolderScene.OpenAsync(new IngestLimits());
        scene.Config = new SwitchConfig(1, "fs1", SwitchType.FreeSwitch) { Folder = scene.Folder, Archive = Path.Combine(scene.Scratch.Folder, "archive") };
        scene.Write(Name, json[..500]);
        await scene.LookAsync(TimeSpan.FromSeconds(50));
        Assert.Empty(scene.Reports);
        for (int look = 0; look < 5; look++)
        {
            await scene.LookAsync(TimeSpan.FromMinutes(2));
        }

        Assert.StartsWith($"{Name}: ends in the middle of a record, in line 1", Assert.Single(scene.Told), StringComparison.Ordinal);
        Assert.True(File.Exists(scene.PathOf(Name)));
        Assert.Empty(await scene.Scratch.QuarantineAsync());

        scene.Write(Name, json);
        await scene.LookAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(1, (await scene.Scratch.CallsAsync()).Values.Sum());
        Assert.Equal($"{Name} mended: is taken again.", scene.Told.Last());
    }
}
