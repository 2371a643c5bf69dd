using System.Security.Cryptography;
using System.Text;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>Calls over a real Kamailio, with what sipp saw on the wire as the oracle.</summary>
public sealed class KamailioTests
{
    [Fact]
    public async Task Answered_calls_are_charged_once_for_what_the_messages_on_the_wire_say()
    {
        CallPlan plan = new(6, PauseMs: 1300);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-answers");
        await lab.VendorAsync(2, "vendor-full");
        await lab.CallAsync("caller", plan);
        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        Assert.Equal(wire.Keys.Order(StringComparer.Ordinal), rated.Select(attempt => attempt.CallId));
        foreach (RatedAttempt attempt in rated)
        {
            SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorOne);
            Assert.Equal((1, true, 200, "caller", false), (attempt.Attempt, attempt.Final, attempt.SipCode, attempt.ReleasedBy, attempt.Suspect));
        }
    }

    [Fact]
    public async Task A_call_that_the_called_party_ends_is_charged_likewise()
    {
        CallPlan plan = new(3);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-hangs-up", pauseMs: 1200);
        await lab.CallAsync("caller-waits", plan);
        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        foreach (RatedAttempt attempt in rated)
        {
            SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorOne);
            Assert.Equal("callee", attempt.ReleasedBy);
        }
    }

    [Fact]
    public async Task Calls_to_the_busy_those_that_ring_out_and_those_given_up_are_one_free_attempt_each()
    {
        CallPlan plan = new(3, PauseMs: 400);
        using SipLab lab = await SipLab.StartAsync(defines: "RING_MS=1500");
        await lab.VendorAsync(2, "vendor-answers");
        foreach ((string caller, string vendor) in ((string, string)[])[("caller-busy", "vendor-busy"), ("caller-cancels", "vendor-rings"), ("caller-unanswered", "vendor-rings")])
        {
            await lab.VendorAsync(1, vendor);
            await lab.CallAsync(caller, plan);
        }

        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(3 * plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        Dictionary<int, string> releasedBy = new() { [486] = "callee", [487] = "caller", [408] = "switch" };
        foreach (RatedAttempt attempt in rated)
        {
            SipLab.AssertFree(attempt);
            Assert.Equal(wire[attempt.CallId].Final, attempt.SipCode);
            Assert.Equal((1, true, "NotAnswered", SipCarrier.VendorOne, releasedBy[attempt.SipCode]), (attempt.Attempt, attempt.Final, attempt.OutcomeA, attempt.GroupB, attempt.ReleasedBy));
        }

        Assert.Equal(releasedBy.Keys.Select(code => (code, plan.Calls)).Order(), rated.GroupBy(attempt => attempt.SipCode).Select(group => (group.Key, group.Count())).Order());
    }

    [Fact]
    public async Task Where_vendor_one_has_no_room_and_vendor_two_takes_the_call_there_are_two_attempts_and_one_charge()
    {
        CallPlan plan = new(4, PauseMs: 1100);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-full");
        await lab.VendorAsync(2, "vendor-answers");
        await lab.CallAsync("caller", plan);
        await lab.RatedAsync(2 * plan.Calls);
        await lab.VendorAsync(2, "vendor-full");
        await lab.CallAsync("caller-refused", plan);

        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(4 * plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        Assert.Equal(2 * plan.Calls, wire.Count);
        foreach (IGrouping<string, RatedAttempt> call in rated.GroupBy(attempt => attempt.Id))
        {
            RatedAttempt[] attempts = [.. call];
            Assert.Equal([(1, false, SipCarrier.VendorOne), (2, true, SipCarrier.VendorTwo)], attempts.Select(attempt => (attempt.Attempt, attempt.Final, attempt.GroupB)));
            Assert.Equal(503, attempts[0].SipCode);
            Assert.Equal("Advanced", attempts[0].OutcomeA);
            SipLab.AssertFree(attempts[0]);
            if (wire[attempts[0].CallId].Final == 200)
            {
                SipLab.AssertCharged(attempts[1], wire[attempts[0].CallId], SipCarrier.VendorTwo);
            }
            else
            {
                SipLab.AssertFree(attempts[1]);
                Assert.Equal((503, "NotAnswered"), (attempts[1].SipCode, attempts[1].OutcomeA));
            }
        }
    }

    [Fact]
    public async Task A_call_whose_BYE_is_lost_ends_at_the_time_out_is_rated_as_it_stands_and_is_suspect()
    {
        CallPlan plan = new(2);
        using SipLab lab = await SipLab.StartAsync(longestSeconds: 1, defines: "LONGEST_S=3");
        await lab.VendorAsync(1, "vendor-answers-for-good");
        await lab.CallAsync("caller-vanishes", plan);
        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        foreach (RatedAttempt attempt in rated)
        {
            SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorOne);
            Assert.Equal(("switch", true), (attempt.ReleasedBy, attempt.Suspect));

            // Kamailio looks for dialogs that are over once a second.
            Assert.InRange(attempt.MsA, 1_900, 5_000);
        }

        Assert.Equal($"{plan.Calls}", await lab.Perimeter.OneAsync("SELECT count() FROM suspect_calls"));
    }

    [Fact]
    public async Task Two_hundred_calls_at_once_are_charged_once_each()
    {
        CallPlan plan = new(200, PauseMs: 2000);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-full");
        await lab.VendorAsync(2, "vendor-answers");
        await lab.CallAsync("caller", plan);
        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(2 * plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        RatedAttempt[] final = [.. rated.Where(attempt => attempt.Final)];
        Assert.Equal(wire.Keys.Order(StringComparer.Ordinal), final.Select(attempt => attempt.CallId));
        Assert.All(final, attempt => SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorTwo));
        Assert.All(rated.Where(attempt => !attempt.Final), SipLab.AssertFree);

        // All of them were up together: the last began before the first ended.
        Assert.True(final.Max(attempt => attempt.Answer) < final.Min(attempt => attempt.End));
    }

    [Fact]
    public async Task Numbers_and_Call_IDs_are_told_as_odd_as_SIP_lets_them_be_and_what_no_vendor_is_asked_for_is_a_refusal()
    {
        // A bar parts columns of db_flatstore, a quote and a backslash are JSON's; UTF-8 as it is, percent-encoded, and none; parameters behind a number.
        CallPlan plan = new(4, PauseMs: 600)
        {
            Users = ["Jos\u00C3\u00A9;+442079460000;npdi;rn=1", "x%22%7Cy;442079460001", "Jos%C3%A9;442079460002", "\u00FF\u00FE;442079460003"], CallIds = "q\"\\|%%7C<{}>%u-%p@%s",
        };
        CallPlan tooLong = new(1, PauseMs: 600) { CallIds = new string('x', 300) + "%u-%p@%s" };
        CallPlan unrouted = new(1) { Users = ["anybody;nobody"] };
        using SipLab lab = await SipLab.StartAsync(SipWay.Flat);
        await lab.VendorAsync(1, "vendor-answers");
        await lab.CallAsync("caller", plan);
        await lab.CallAsync("caller", tooLong);
        await lab.CallAsync("caller-unrouted", unrouted);

        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls + 2);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        Dictionary<string, WireCall> told = wire.ToDictionary(
            call => call.Key.Length > 255 ? Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(call.Key))) : call.Key, call => call.Value);
        Assert.Equal(told.Keys.Order(StringComparer.Ordinal), rated.Select(attempt => attempt.CallId).Order(StringComparer.Ordinal));
        foreach (RatedAttempt attempt in rated.Where(attempt => attempt.SipCode == 200))
        {
            SipLab.AssertCharged(attempt, told[attempt.CallId], SipCarrier.VendorOne);
        }

        string[] expected =
        [
            "Jos\u00E9|+442079460000||200", "x\"|y|442079460001||200", "Jos%C3%A9|442079460002||200", "|442079460003||200", "447700900100|442079460000||200", "anybody|nobody|no_route|503",
        ];
        IEnumerable<string> found = (await lab.Perimeter.QueryAsync("SELECT ani, dnis, refusal, sip_code FROM rated_calls")).Select(row => string.Join('|', row));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }
}
