using System.Globalization;
using System.Text;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>How events come from the switch to Perimeter.</summary>
internal enum SipWay
{
    Log,
    Flat,
    Post,
}

/// <summary>A caller, Kamailio with our configuration, two vendors and Perimeter, all on loopback, in one scratch folder.</summary>
internal sealed class SipLab : IDisposable
{
    /// <summary>
    /// sipp writes a message down when it has sent or read it, and here it shares two cores with everything else: 66 ms late was seen. A second billed too much or too
    /// little, or another call's instant, is far outside.
    /// </summary>
    private const double SlackMs = 250;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ScratchFolder _scratch = new();
    private readonly int[] _vendorPorts = [SipTools.FreePort(), SipTools.FreePort()];
    private readonly Sipp?[] _vendors = new Sipp?[2];
    private readonly List<Sipp> _done = [];
    private readonly List<WireMessage> _caller = [];
    private int _httpPort;

    private SipLab()
    {
    }

    public KamailioServer Switch { get; private set; } = null!;

    public LiveInstance Perimeter { get; private set; } = null!;

    public string this[string file] => _scratch[file];

    /// <param name="way">How events come to Perimeter.</param>
    /// <param name="longestSeconds">After how many seconds a call is suspect.</param>
    /// <param name="defines">Of the switch, as <c>-A</c> takes them.</param>
    public static async Task<SipLab> StartAsync(SipWay way = SipWay.Log, int longestSeconds = 3600, params string[] defines)
    {
        SipTools.SkipIfMissing();
        SipLab lab = new();
        try
        {
            await lab.StartPartsAsync(way, longestSeconds, defines);
            return lab;
        }
        catch
        {
            lab.Dispose();
            throw;
        }
    }

    /// <summary>SIGKILL to Perimeter.</summary>
    public void KillPerimeter() => Perimeter.Process.Kill();

    /// <summary>Starts Perimeter again, on its data folder and the port that the switch posts to.</summary>
    public async Task RestartPerimeterAsync()
    {
        Perimeter.Dispose();
        Perimeter = await LiveInstance.StartAsync(_scratch, httpPort: _httpPort);
    }

    /// <summary>Puts a scenario in place of a vendor, 1 or 2.</summary>
    public async Task VendorAsync(int number, string scenario, int pauseMs = 200)
    {
        await StopVendorAsync(number);
        _vendors[number - 1] = await Sipp.VendorAsync(_scratch.Path, scenario, _vendorPorts[number - 1], pauseMs);
    }

    /// <summary>Waits until a vendor, 1 or 2, got such a request.</summary>
    public Task VendorGotAsync(int number, string method) => _vendors[number - 1]!.UntilAsync($"the vendor got a {method}", messages => messages.Any(message => message.IsRequest(method)));

    /// <summary>Makes calls and waits until all went as their scenario has it.</summary>
    public async Task CallAsync(string scenario, CallPlan plan) => await FinishAsync(Begin(scenario, plan), plan);

    public Sipp Begin(string scenario, CallPlan plan)
    {
        string numbers = _scratch["numbers.csv"];
        if (plan.Users is { } users)
        {
            numbers = _scratch[$"numbers-of-{scenario}.csv"];
            File.WriteAllLines(numbers, ["SEQUENTIAL", .. users], Encoding.Latin1);
        }

        return Sipp.Caller(_scratch.Path, scenario, Switch.Port, numbers, plan);
    }

    public async Task FinishAsync(Sipp caller, CallPlan plan)
    {
        Assert.Equal(plan.Calls, await caller.FinishAsync());
        _caller.AddRange(caller.Messages);
        caller.Dispose();
    }

    /// <summary>All calls so far, as the messages of both sides have them.</summary>
    public async Task<IReadOnlyDictionary<string, WireCall>> WireAsync()
    {
        (IReadOnlyList<WireMessage> caller, IReadOnlyList<WireMessage> vendors) = await MessagesAsync();
        return WireCall.Read(caller, vendors);
    }

    /// <summary>All messages so far, of callers and of vendors.</summary>
    public async Task<(IReadOnlyList<WireMessage> Caller, IReadOnlyList<WireMessage> Vendors)> MessagesAsync()
    {
        await StopVendorAsync(1);
        await StopVendorAsync(2);
        return (_caller, [.. _done.SelectMany(vendor => vendor.Messages)]);
    }

    /// <summary>Waits for so many attempts, and until nothing is under way any more, and returns them; more or fewer fail.</summary>
    public async Task<IReadOnlyList<RatedAttempt>> RatedAsync(int attempts)
    {
        using Deadline deadline = new(Patience);
        string found;
        while ((found = await Perimeter.OneAsync("SELECT count() FROM rated_calls")) != attempts.ToString(CultureInfo.InvariantCulture))
        {
            await deadline.WaitAsync($"{attempts} attempts are rated; there are {found}\n{Perimeter.Process.Errors}\n{Tail(Switch.Log)}\n{string.Join('\n', (await Perimeter.QueryAsync("SELECT reason, field, message, content FROM quarantined_events LIMIT 3")).Select(row => string.Join(' ', row)))}");
        }

        while (!JsonSerializer.Deserialize<JsonElement>(await Perimeter.CommandAsync("status", "--json")).GetProperty("counts").GetProperty("isIdle").GetBoolean())
        {
            await deadline.WaitAsync("everything that was sent has landed");
        }

        IReadOnlyList<RatedAttempt> rated = await RatedAttempt.ReadAsync(Perimeter);
        Assert.Equal(attempts, rated.Count);
        return rated;
    }

    /// <summary>
    /// An answered attempt holds with the wire: its length lies between the shortest and the longest that the messages allow, so do its instants, and both
    /// sides cost what that length costs by hand.
    /// </summary>
    public static void AssertCharged(RatedAttempt attempt, WireCall call, int vendor)
    {
        Assert.Equal(200, call.Final);
        Assert.Equal(("Rated", "Rated", SipCarrier.Customer, vendor), (attempt.OutcomeA, attempt.OutcomeB, attempt.GroupA, attempt.GroupB));
        DateTime answer = Assert.NotNull(attempt.Answer);
        Assert.Equal((attempt.End - answer).TotalMilliseconds, attempt.MsA);
        Assert.Equal(attempt.MsA, attempt.MsB);
        AssertBetween(call.AnsweredAfter!.Value, answer, call.AnsweredBefore!.Value, "answered");
        if (call.EndedAfter is { } endedAfter)
        {
            AssertBetween(endedAfter, attempt.End, call.EndedBefore!.Value, "ended");
        }

        Assert.Equal((SipCarrier.Charge(SipCarrier.Customer, call.Number, attempt.MsA), SipCarrier.Charge(vendor, call.Number, attempt.MsB)), (attempt.ChargeA, attempt.ChargeB));
    }

    /// <summary>An attempt that nobody answered costs nothing on either side.</summary>
    public static void AssertFree(RatedAttempt attempt)
    {
        Assert.Null(attempt.Answer);
        Assert.Equal((0m, 0m, 0L, 0L), (attempt.ChargeA, attempt.ChargeB, attempt.MsA, attempt.MsB));
    }

    public void Dispose()
    {
        foreach (Sipp vendor in _vendors.OfType<Sipp>().Concat(_done))
        {
            vendor.Dispose();
        }

        Switch?.Dispose();
        Perimeter?.Dispose();
        _scratch.Dispose();
    }

    private async Task StartPartsAsync(SipWay way, int longestSeconds, string[] defines)
    {
        Directory.CreateDirectory(this["flat"]);
        Directory.CreateDirectory(this["log"]);
        string folder = way switch { SipWay.Log => this["log"], SipWay.Flat => this["flat"], _ => "" };
        Perimeter = await LiveInstance.StartAsync(_scratch, SipCarrier.Write(_scratch, folder, longestSeconds));
        _httpPort = Perimeter.Process.HttpAddress(Perimeter.DataFolder).Port;
        string[] ways = way switch
        {
            SipWay.Post => ["PERIMETER_HTTP", $"PERIMETER_URL={new Uri(Perimeter.Process.HttpAddress(Perimeter.DataFolder), $"/v1/switches/{SipCarrier.Switch}/kamailio")}"],
            SipWay.Flat => [$"PERIMETER_FLAT=\"flatstore:{this["flat"]}\""],
            _ => [],
        };
        Switch = new KamailioServer(
            _scratch.Path,
            [$"PERIMETER_SWITCH={SipCarrier.Switch}", $"PERIMETER_KEY={SipCarrier.Key}", Vendor("ONE", _vendorPorts[0]), Vendor("TWO", _vendorPorts[1]), .. ways, .. defines]);
        await Switch.StartAsync();
    }

    private static string Vendor(string number, int port) => string.Create(CultureInfo.InvariantCulture, $"VENDOR_{number}=\"sip:127.0.0.1:{port}\"");

    private static void AssertBetween(DateTime after, DateTime instant, DateTime before, string what) =>
        Assert.True(
            instant >= after.AddMilliseconds(-SlackMs) && instant <= before.AddMilliseconds(SlackMs),
            FormattableString.Invariant($"{what} at {instant:HH:mm:ss.fff}, but on the wire between {after:HH:mm:ss.ffffff} and {before:HH:mm:ss.ffffff}"));

    private static string Tail(string path) => File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(15)) : "";

    private async Task StopVendorAsync(int number)
    {
        if (_vendors[number - 1] is { } vendor)
        {
            await vendor.StopAsync();
            _done.Add(vendor);
            _vendors[number - 1] = null;
        }
    }
}
