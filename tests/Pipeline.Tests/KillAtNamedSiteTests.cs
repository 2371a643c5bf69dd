using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>
/// Promises 1 to 3 of pipeline.md: the real process is killed with SIGKILL at named places of the way, while events flow and repeats straddle the
/// restarts, and every call is in ClickHouse exactly once, at the charge that an independent computation gives.
/// </summary>
public sealed class KillAtNamedSiteTests
{
    private static readonly string[] Sites = ["appended-not-acknowledged", "rated-not-committed", "inserted-position-not-saved", "mid-insert"];

    [Fact]
    public async Task Killed_at_every_named_site_each_call_lands_once()
    {
        int hitsEach = Chaos.IsOn ? 10 : 5;
        int seed = Chaos.Seed();
        Random random = new(seed);
        SampleRecords records = await SampleRecords.MakeAsync(Chaos.IsOn ? 20_000 : 2_000, seed);
        IReadOnlyList<IReadOnlyList<string>> batches = records.Batches(100, random);
        Queue<string> sites = new(Enumerable.Range(0, hitsEach).SelectMany(_ => Sites.OrderBy(_ => random.Next())));
        Dictionary<string, int> hits = Sites.ToDictionary(site => site, _ => 0);

        using ScratchFolder scratch = new();
        await Carrier.ApplyAsync(scratch["data"]);
        using MortalInstance instance = new(scratch["data"]);
        string armed = "";
        await ReviveAsync();
        foreach (IReadOnlyList<string> batch in batches)
        {
            await instance.SendAsync(batch, ReviveAsync);
        }

        // Sites that the last batches have not reached are reached by what is still on the way, or by a batch sent again.
        while (armed.Length > 0)
        {
            if (await instance.DrainAsync())
            {
                await instance.SendAsync(batches[random.Next(batches.Count)], ReviveAsync);
            }
            else
            {
                await ReviveAsync();
            }
        }

        Assert.True(await instance.DrainAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {instance.Deaths} kills, {instance.Resent} batches sent again, {string.Join(", ", hits)}");
        Assert.All(hits.Values, count => Assert.True(count >= hitsEach));
        await Landed.MatchesAsync(instance.QueryAsync, records.ExpectedRows());
        await instance.StopAsync();

        async Task ReviveAsync()
        {
            do
            {
                if (armed.Length > 0)
                {
                    // The process says where it dies, so that another death is not taken for this one.
                    Assert.Contains($"crash site {armed}", instance.Process.Errors, StringComparison.Ordinal);
                    hits[armed]++;
                }

                armed = sites.TryDequeue(out string? next) ? next : "";
            }
            while (!await instance.StartAsync(armed.Length == 0 ? null : new Dictionary<string, string> { ["PERIMETER_CRASH_AT"] = $"{armed}:{random.Next(1, 4)}" }));
        }
    }
}
