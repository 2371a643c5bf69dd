using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>INVITEs that share a Call-ID: each is a call of its own and is charged, and none takes another's place.</summary>
public sealed class KamailioCallIdTests
{
    [Theory]
    [InlineData("Log")]
    [InlineData("Flat")]
    [InlineData("Post")]
    public async Task Each_INVITE_of_a_Call_ID_is_a_call_of_its_own_and_one_while_another_rings_is_refused(string way)
    {
        CallPlan plan = new(3, PauseMs: 700);
        using SipLab lab = await SipLab.StartAsync(Enum.Parse<SipWay>(way));
        await lab.VendorAsync(1, "vendor-again");
        await lab.CallAsync("caller-again", plan);
        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(3 * plan.Calls);
        (IReadOnlyList<WireMessage> caller, IReadOnlyList<WireMessage> vendors) = await lab.MessagesAsync();
        Assert.Equal(rated.Count, rated.DistinctBy(attempt => attempt.Id).Count());
        Assert.Equal(plan.Calls, rated.DistinctBy(attempt => attempt.CallId).Count());
        foreach (IGrouping<string, RatedAttempt> call in rated.GroupBy(attempt => attempt.CallId))
        {
            RatedAttempt[] attempts = [.. call.OrderBy(attempt => attempt.End)];
            Assert.All(attempts, attempt => Assert.Equal((1, true), (attempt.Attempt, attempt.Final)));
            SipLab.AssertFree(attempts[0]);
            Assert.Equal(407, attempts[0].SipCode);

            // The wire, cut where the INVITEs begin that were answered, the second and the fourth.
            WireMessage[] own = [.. caller.Where(message => message.CallId == call.Key)];
            DateTime[] begins = [.. own.Where(message => message.Sent && message.IsRequest("INVITE")).Select(message => message.At).Order()];
            Assert.Equal(4, begins.Length);
            Assert.Contains(own, message => message.IsAnswer(482, "INVITE"));
            DateTime[] cuts = [begins[1], begins[3], DateTime.MaxValue];
            for (int i = 0; i < 2; i++)
            {
                WireCall wire = Assert.Single(WireCall.Read(own.Where(message => message.Status != 482).Where(Between), vendors.Where(message => message.CallId == call.Key).Where(Between))).Value;
                SipLab.AssertCharged(attempts[i + 1], wire, SipCarrier.VendorOne);

                bool Between(WireMessage message) => message.At >= cuts[i] && message.At < cuts[i + 1];
            }
        }

        Assert.Equal("0", await lab.Perimeter.OneAsync("SELECT count() FROM quarantined_events"));

        // Whoever has the Call-ID of a trace is told which calls there are of it.
        RatedAttempt[] some = [.. rated.Where(attempt => attempt.CallId == rated[0].CallId)];
        (int exitCode, _, string told) = await PerimeterProcess.RunAsync(["explain", "--call", some[0].CallId, "--data", lab.Perimeter.DataFolder]);
        Assert.Equal(1, exitCode);
        Assert.All(some, attempt => Assert.Contains($"--call {attempt.Id}", told, StringComparison.Ordinal));
        Assert.Contains(some[0].Id, await lab.Perimeter.CommandAsync("explain", "--call", some[0].Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_called_by_an_INVITE_without_a_dialog_or_within_one_that_there_is_not()
    {
        CallPlan plan = new(2);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-answers");
        await lab.CallAsync("caller-nameless", plan);
        await lab.CallAsync("caller", plan);
        await lab.RatedAsync(plan.Calls);
        (_, IReadOnlyList<WireMessage> vendors) = await lab.MessagesAsync();
        Assert.Equal(plan.Calls, vendors.Where(message => message.IsRequest("INVITE")).DistinctBy(message => message.CallId).Count());
    }
}
