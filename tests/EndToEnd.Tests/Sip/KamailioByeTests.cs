namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>A BYE is the end of a call once the side that was called takes it for the end, and not because somebody sent one.</summary>
public sealed class KamailioByeTests
{
    [Theory]
    [InlineData("caller-bye-refused", "vendor-refuses-bye")]
    [InlineData("caller-bye-refused", "vendor-refuses-bye", 6000)] // Kamailio forgets the dialog of a BYE five seconds behind it
    [InlineData("caller-bye-of-no-call", "vendor-knows-no-bye")]
    [InlineData("caller-bye-elsewhere", "vendor-answers")]
    [InlineData("caller-bye-nowhere", "vendor-answers")]
    [InlineData("caller-bye-of-callee", "vendor-answers")]
    public async Task A_call_goes_on_behind_a_BYE_that_the_other_end_refuses_or_never_gets(string callers, string vendors, int pauseMs = 700)
    {
        CallPlan plan = new(2, PauseMs: pauseMs);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, vendors);
        await lab.CallAsync(callers, plan);
        await AssertLastByeCountsAsync(lab, plan, answerTaken: false);
    }

    [Fact]
    public async Task So_it_does_after_a_start_that_lost_its_dialog()
    {
        CallPlan plan = new(2, PauseMs: 2500, OverMs: 100);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-refuses-bye");
        Sipp caller = lab.Begin("caller-bye-refused", plan);
        await caller.UntilAsync("the calls are up", messages => messages.Count(message => message.IsRequest("ACK")) == plan.Calls);
        lab.Switch.Kill();
        await lab.Switch.StartAsync();
        await lab.FinishAsync(caller, plan);
        await AssertLastByeCountsAsync(lab, plan, answerTaken: true);
    }

    [Theory]
    [InlineData("caller-bye-unknown", "vendor-forgets", "caller")] // 481
    [InlineData("caller-bye-unanswered", "vendor-answers-for-good", "caller")] // 408
    [InlineData("caller-refuses", "vendor-hangs-up-refused", "callee")] // whoever is paid for it ended it
    public async Task A_BYE_is_the_end_where_the_other_end_has_no_such_call_any_more_or_none_to_be_paid_for(string callers, string vendors, string releasedBy)
    {
        CallPlan plan = new(2, PauseMs: 700);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, vendors, pauseMs: 700);
        await lab.CallAsync(callers, plan);
        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        Assert.All(rated, attempt =>
        {
            SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorOne);
            Assert.Equal(releasedBy, attempt.ReleasedBy);
        });
    }

    [Fact]
    public async Task A_call_whose_only_BYE_was_refused_ends_at_the_time_out_and_is_suspect()
    {
        CallPlan plan = new(2, PauseMs: 300);
        using SipLab lab = await SipLab.StartAsync(longestSeconds: 1, defines: "LONGEST_S=3");
        await lab.VendorAsync(1, "vendor-refuses-bye");
        await lab.CallAsync("caller-bye-refused-alone", plan);
        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls);
        (IReadOnlyList<WireMessage> caller, IReadOnlyList<WireMessage> vendors) = await lab.MessagesAsync();
        IReadOnlyDictionary<string, WireCall> wire = WireCall.Read(caller.Where(message => !message.IsRequest("BYE")), vendors.Where(message => !message.IsRequest("BYE")));
        Assert.All(rated, attempt =>
        {
            SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorOne);
            Assert.Equal(("switch", true), (attempt.ReleasedBy, attempt.Suspect));

            // Kamailio looks for calls whose time is over each five seconds.
            Assert.InRange(attempt.MsA, 3_000, 12_000);
        });
    }

    [Fact]
    public async Task A_call_whose_BYE_is_under_way_when_Kamailio_is_killed_ends_with_the_BYE_that_is_sent_again()
    {
        CallPlan plan = new(1, PauseMs: 700);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-answers-bye-late");
        Sipp caller = lab.Begin("caller", plan);
        await lab.Switch.WroteAsync("\"kind\":\"answered\"", plan.Calls);
        await lab.VendorGotAsync(1, "BYE");
        lab.Switch.Kill();

        // One more was sent to nobody, so that the vendor's answer to the first comes to a Kamailio that knows nothing of it, if that is up by then.
        await caller.UntilAsync("the BYE is sent again", messages => messages.Count(message => message.Sent && message.IsRequest("BYE")) >= 2);
        await lab.Switch.StartAsync();
        await lab.FinishAsync(caller, plan);
        RatedAttempt rated = Assert.Single(await lab.RatedAsync(plan.Calls));
        (IReadOnlyList<WireMessage> callers, IReadOnlyList<WireMessage> vendors) = await lab.MessagesAsync();
        WireCall wire = WireCall.Read(callers.Where(message => !message.IsRequest("BYE")), vendors.Where(message => !message.IsRequest("BYE")))[rated.CallId];
        SipLab.AssertCharged(rated, wire, SipCarrier.VendorOne);
        Assert.Equal(("caller", true), (rated.ReleasedBy, rated.AnswerTaken));
        Assert.InRange(rated.End, callers.First(message => message.IsRequest("BYE")).At, callers.Last(message => message.Method == "BYE").At);
    }

    private static async Task AssertLastByeCountsAsync(SipLab lab, CallPlan plan, bool answerTaken)
    {
        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls);
        (IReadOnlyList<WireMessage> caller, IReadOnlyList<WireMessage> vendors) = await lab.MessagesAsync();
        Dictionary<string, DateTime> firstAnswered = caller.Where(message => !message.Sent && message.Method == "BYE" && message.Status >= 200)
            .GroupBy(message => message.CallId).ToDictionary(call => call.Key, call => call.Min(message => message.At));
        IReadOnlyDictionary<string, WireCall> wire = WireCall.Read(caller.Where(Counts), vendors.Where(Counts));
        Assert.All(rated, attempt =>
        {
            SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorOne);
            Assert.Equal(("caller", answerTaken), (attempt.ReleasedBy, attempt.AnswerTaken));
            Assert.True(attempt.MsA >= 2 * plan.PauseMs);
        });
        Assert.Equal("0", await lab.Perimeter.OneAsync("SELECT count() FROM quarantined_events"));

        bool Counts(WireMessage message) => !message.IsRequest("BYE") || message.At > firstAnswered[message.CallId];
    }
}
