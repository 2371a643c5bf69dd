using System.Net;
using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>A disk that fills up stops intake with 503 and loses nothing; when there is room again, everything goes on by itself.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_stops_intake_with_503_and_loses_nothing()
    {
        int seed = Chaos.Seed();
        using ScratchFolder scratch = new();
        using Tmpfs disk = await Tmpfs.MountAsync(scratch["disk"], megabytes: 400);
        string dataFolder = Path.Combine(scratch["disk"], "data");
        SampleRecords records = await SampleRecords.MakeAsync(3_000, seed);
        int half = records.Lines.Count / 2;
        await Carrier.ApplyAsync(dataFolder);
        using MortalInstance instance = new(dataFolder);
        Assert.True(await instance.StartAsync());
        await instance.SendAsync(records.Part(0, half).Lines, NeverDies);

        string filler = Path.Combine(scratch["disk"], "filler");
        Tmpfs.Fill(filler);
        HttpStatusCode? answer = await instance.PostAsync(records.Part(half, records.Lines.Count).Lines);
        (int exitCode, string output, _) = await PerimeterProcess.RunAsync(["status", "--data", dataFolder, "--json"]);
        bool lives = !instance.Process.HasExited;
        Assert.Equal(1, exitCode);
        Assert.True(!lives || answer == HttpStatusCode.ServiceUnavailable, $"{answer}");
        Assert.Contains(lives ? "is full" : "", output, StringComparison.Ordinal);

        File.Delete(filler);
        if (!lives)
        {
            await ReviveAsync();
        }

        await instance.SendAsync(records.Part(half, records.Lines.Count).Lines, ReviveAsync);
        if (!await instance.DrainAsync())
        {
            await ReviveAsync();
            Assert.True(await instance.DrainAsync());
        }

        await Landed.MatchesAsync(instance.QueryAsync, records.ExpectedRows());
        await instance.StopAsync();

        // ClickHouse was writing just then.
        async Task ReviveAsync()
        {
            await instance.Process.WaitForExitAsync();
            Assert.Contains("ClickHouse could not write to", instance.Process.Errors, StringComparison.Ordinal);
            Assert.True(await instance.StartAsync(), instance.Process.Errors);
        }
    }

    [Fact]
    public async Task Starting_on_a_full_disk_says_what_to_do()
    {
        using ScratchFolder scratch = new();
        using Tmpfs disk = await Tmpfs.MountAsync(scratch["disk"], megabytes: 4);
        Tmpfs.Fill(Path.Combine(scratch["disk"], "filler"));
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(
            ["up", "--data", Path.Combine(scratch["disk"], "data"), "--http-port", "0", "--clickhouse-port", "0"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("full", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private static Task NeverDies() => throw new InvalidOperationException("It died on a full disk.");
}
