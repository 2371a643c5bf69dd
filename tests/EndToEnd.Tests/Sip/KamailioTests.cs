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
}
