using System.Diagnostics;
using System.Globalization;
using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

/// <summary>
/// One batch's way through log and landing, with the process killed at every file-system call on it once: whichever it is, the switch sends the
/// batch again where it heard nothing, and every call is there once.
/// </summary>
public sealed class KillAtEveryCallTests
{
    private const int ShortFormPoints = 10;

    [Theory]
    [InlineData("/log/")]
    [InlineData("/clickhouse/")]
    public async Task Killed_at_any_file_system_call_of_a_batch_each_call_lands_once(string path)
    {
        int seed = Chaos.Seed();
        Random random = new(seed);
        using ScratchFolder scratch = new();
        CrashAt crashAt = await CrashAt.CompileAsync(scratch.Path);
        SampleRecords records = await SampleRecords.MakeAsync(400, seed);
        int half = records.Lines.Count / 2;
        SampleRecords first = records.Part(0, half);
        SampleRecords second = records.Part(half, records.Lines.Count);
        IReadOnlyList<string> expected = records.ExpectedRows();
        string template = scratch["template"];
        await PrepareAsync(template, first);

        int idle = await CountAsync(crashAt, template, scratch["idle"], path, null);
        int total = await CountAsync(crashAt, template, scratch["busy"], path, second);
        Assert.True(total > idle, $"a batch made no call on {path}: {idle} calls without one, {total} with it");

        // Calls of the start come first and those of the end last, and both vary a little: the range is widened by what an idle life makes.
        int[] points = [.. Enumerable.Range(1, total).Where(Chaos.IsAsked)];
        if (!Chaos.IsOn)
        {
            random.Shuffle(points);
            points = [.. points.Where(point => point > idle / 2).Take(ShortFormPoints)];
        }

        int struck = 0;
        foreach (int point in points)
        {
            TestContext.Current.SendDiagnosticMessage("{0} point {1} of {2}", path, point, total);
            struck += await StrikeAsync(crashAt, template, scratch[$"run-{point}"], path, point, random.Next(2) == 0, second, expected) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {path}: {idle} calls idle, {total} with a batch; {points.Length} points, {struck} struck");
        Assert.True(struck >= points.Length / 2, $"only {struck} of {points.Length} points were reached");
    }

    private static async Task PrepareAsync(string dataFolder, SampleRecords records)
    {
        await Carrier.ApplyAsync(dataFolder);
        using MortalInstance instance = new(dataFolder);
        Assert.True(await instance.StartAsync());
        await instance.SendAsync(records.Lines, () => throw new InvalidOperationException("It died without being killed."));
        Assert.True(await instance.DrainAsync());
        await instance.StopAsync();
    }

    private static async Task<int> CountAsync(CrashAt crashAt, string template, string dataFolder, string path, SampleRecords? batch)
    {
        Copy(template, dataFolder);
        string log = dataFolder + ".count";
        using MortalInstance instance = new(dataFolder);
        Assert.True(await instance.StartAsync(crashAt.Variables(dataFolder + path, 0, false, log)), instance.Process.Errors);
        if (batch is not null)
        {
            await instance.SendAsync(batch.Lines, () => throw new InvalidOperationException("It died without being killed."));
            Assert.True(await instance.DrainAsync());
        }

        await instance.StopAsync();
        Directory.Delete(dataFolder, recursive: true);
        return int.Parse(File.ReadAllLines(log).Single(line => line.StartsWith("COUNT ", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture);
    }

    /// <summary>True where the process was struck before everything had landed.</summary>
    private static async Task<bool> StrikeAsync(
        CrashAt crashAt, string template, string dataFolder, string path, int point, bool after, SampleRecords batch, IReadOnlyList<string> expected)
    {
        Copy(template, dataFolder);
        using MortalInstance instance = new(dataFolder);
        Dictionary<string, string> environment = crashAt.Variables(dataFolder + path, point, after, dataFolder + ".struck");
        if (!await instance.StartAsync(environment))
        {
            Assert.True(await instance.StartAsync());
        }

        await instance.SendAsync(batch.Lines, async () => Assert.True(await instance.StartAsync()));
        if (!await instance.DrainAsync())
        {
            Assert.True(await instance.StartAsync());
            Assert.True(await instance.DrainAsync());
        }

        try
        {
            await VerifyAsync(instance, expected);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"killed {(after ? "after" : "before")} call {point} on {path}: {(File.Exists(dataFolder + ".struck") ? File.ReadAllText(dataFolder + ".struck") : "not struck")}", failure);
        }

        bool struck = instance.Deaths > 0;
        instance.Process.Kill();
        Directory.Delete(dataFolder, recursive: true);
        return struck;
    }

    /// <summary>The engine works on when everything has landed, and a call of that work may be the one that it is killed at, while it is asked.</summary>
    private static async Task VerifyAsync(MortalInstance instance, IReadOnlyList<string> expected)
    {
        try
        {
            await Landed.MatchesAsync(instance.QueryAsync, expected);
        }
        catch (Exception failure) when (NoAnswer.Is(failure))
        {
            await instance.Process.WaitForExitAsync();
            Assert.True(await instance.StartAsync());
            Assert.True(await instance.DrainAsync());
            await Landed.MatchesAsync(instance.QueryAsync, expected);
        }
    }

    /// <summary>With its links as links, which the engine's folder has.</summary>
    private static void Copy(string from, string to)
    {
        using Process copy = Process.Start("cp", ["-a", from, to]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }
}
