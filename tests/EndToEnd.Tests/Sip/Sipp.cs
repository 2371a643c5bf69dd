using System.Globalization;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>A sipp that plays one scenario, with its own record of every message.</summary>
internal sealed class Sipp : IDisposable
{
    private static int _count;

    private readonly ToolProcess _process;
    private readonly string _messages;
    private readonly string _counters;

    private Sipp(string folder, string scenario, int port, IEnumerable<string> arguments)
    {
        string own = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _count)}-{scenario}"));
        _messages = own + ".messages";
        _counters = own + ".counters";
        Port = port;
        _process = new ToolProcess(
            SipTools.Sipp,
            [
                "-sf", ScenarioOf(scenario), "-p", Text(port), "-nostdin", "-trace_msg", "-message_file", _messages,
                "-message_overwrite", "false", "-trace_stat", "-stf", _counters, "-fd", "1", "-trace_err", "-error_file", own + ".errors", .. arguments,
            ],
            own + ".output");
    }

    public int Port { get; }

    public IReadOnlyList<WireMessage> Messages => WireMessage.Read(_messages);

    /// <summary>One that takes calls.</summary>
    /// <param name="pauseMs">Of the scenario: how long it rings, or talks.</param>
    public static async Task<Sipp> VendorAsync(string folder, string scenario, int port, int pauseMs)
    {
        Sipp vendor = new(folder, scenario, port, ["-i", "127.0.0.1", "-d", Text(pauseMs)]);
        await vendor._process.WaitUntilAsync("the vendor listens", () => SipTools.IsBound(port));
        return vendor;
    }

    /// <summary>One that makes calls.</summary>
    public static Sipp Caller(string folder, string scenario, int switchPort, string numbers, CallPlan plan) => new(
        folder,
        scenario,
        SipTools.FreePort(),
        [
            "-i", plan.CallerAddress, "-inf", numbers, "-m", Text(plan.Calls), "-l", Text(plan.Calls), "-r", Text(plan.Calls), "-rp", Text(plan.OverMs), "-d", Text(plan.PauseMs),
            "-cid_str", plan.CallIds, "-timeout", "50", "-timeout_error", $"127.0.0.1:{switchPort}",
        ]);

    /// <summary>Waits until all calls are made, and returns how many went as the scenario has it, by its counters.</summary>
    public async Task<int> FinishAsync()
    {
        int exitCode = await _process.WaitForExitAsync();
        Assert.True(exitCode == 0, $"The calls did not go as they should: {exitCode}\n{_process.Said()}\n{string.Join('\n', Messages.TakeLast(12))}");
        string[][] rows = [.. File.ReadLines(_counters).Select(line => line.Split(';'))];
        int column = Array.IndexOf(rows[0], "SuccessfulCall(C)");
        return int.Parse(rows[^1][column], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for what its messages so far show.</summary>
    public Task UntilAsync(string what, Func<IReadOnlyList<WireMessage>, bool> condition) => _process.WaitUntilAsync(what, () => condition(Messages));

    public Task StopAsync() => _process.TerminateAsync();

    public void Dispose() => _process.Dispose();

    /// <summary>Those of the samples, and those of these tests.</summary>
    private static string ScenarioOf(string scenario)
    {
        string sample = Path.Combine(RepositoryFolders.Root, "samples", "sip", scenario + ".xml");
        return File.Exists(sample) ? sample : Path.Combine(RepositoryFolders.Root, "tests", "EndToEnd.Tests", "Sip", "Scenarios", scenario + ".xml");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How calls are made.</summary>
/// <param name="Calls">So many.</param>
/// <param name="PauseMs">How long the caller talks, or waits.</param>
/// <param name="OverMs">They begin within this time.</param>
internal sealed record CallPlan(int Calls, int PauseMs = 300, int OverMs = 1000)
{
    /// <summary>The customer's address.</summary>
    public string CallerAddress { get; init; } = "127.0.0.2";

    /// <summary>Calling and called user, with a semicolon between, a byte for each character; null for the numbers of the carrier.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>Call-IDs as sipp makes them.</summary>
    public string CallIds { get; init; } = "%u-%p@%s";
}
