using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>Kamailio and Perimeter die and come back, and strangers send what they like.</summary>
public sealed class KamailioFaultTests
{
    [Fact]
    public async Task Calls_during_which_Kamailio_is_killed_are_charged_exactly_by_their_answered_events_and_what_the_BYE_brings_back()
    {
        CallPlan plan = new(20, PauseMs: 2500, OverMs: 2000);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-answers", pauseMs: 750);
        Sipp caller = lab.Begin("caller", plan);

        // Some calls are up and some ring. One begins each tenth of a second and one is answered in between, and none of them is on its way just now.
        await caller.UntilAsync(
            "calls are up and ring",
            messages => messages.Count(message => message.IsAnswer(200, "INVITE")) >= 5 && (messages[^1].Status == 180 || messages[^1].IsRequest("ACK")));
        int begun = caller.Messages.Count(message => message.IsRequest("INVITE"));
        lab.Switch.Kill();
        await lab.Switch.StartAsync();
        await lab.FinishAsync(caller, plan);

        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        Assert.Equal(wire.Keys.Order(StringComparer.Ordinal), rated.Select(attempt => attempt.CallId));
        Assert.All(rated, attempt =>
        {
            SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorOne);
            Assert.Equal((1, 200, "caller"), (attempt.Attempt, attempt.SipCode, attempt.ReleasedBy));
        });

        // Those that were set up before take their answer from the event of before, or of the answer that came to no transaction.
        Assert.InRange(rated.Count(attempt => attempt.AnswerTaken), begun - 1, begun + 1);
        Assert.Equal("0", await lab.Perimeter.OneAsync("SELECT count() FROM quarantined_events"));
    }

    [Fact]
    public async Task With_dialogs_in_a_database_a_BYE_that_is_lost_after_a_start_is_told_and_a_call_that_ends_twice_is_charged_once()
    {
        CallPlan plan = new(2);
        CallPlan one = new(1, PauseMs: 1200);
        const int longest = 6;
        string database = Path.Combine(Path.GetTempPath(), $"perimeter-dialogs-{Guid.NewGuid():N}.db");
        try
        {
            foreach (string table in (string[])["standard", "dialog"])
            {
                using Process sqlite = Process.Start("sqlite3", [database, $".read {SipTools.SqliteSchema(table)}"]);
                await sqlite.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.Equal(0, sqlite.ExitCode);
            }

            using SipLab lab = await SipLab.StartAsync(longestSeconds: longest / 2, defines: [$"PERIMETER_DIALOGS=\"sqlite:///{database}\"", $"LONGEST_S={longest}"]);
            await lab.VendorAsync(1, "vendor-answers-for-good");
            await lab.CallAsync("caller-vanishes", plan);
            await lab.VendorAsync(1, "vendor-answers");
            Sipp caller = lab.Begin("caller", one);
            await caller.UntilAsync("the call is over", messages => messages.Any(message => message.IsAnswer(200, "BYE")));

            // A dialog that has ended stays in the database for a few seconds, and is in progress again when it is read from there.
            lab.Switch.Kill();
            await lab.Switch.StartAsync();
            await lab.FinishAsync(caller, one);
            await lab.Switch.WroteAsync("\"kind\":\"ended\"", plan.Calls + 2);
            await lab.Perimeter.WaitForAsync("SELECT count() FROM quarantined_events WHERE reason = 'Conflict'", "1");

            IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(plan.Calls + 1);
            IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
            foreach (RatedAttempt attempt in rated)
            {
                SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorOne);
                bool vanished = wire[attempt.CallId].EndedAfter is null;
                Assert.Equal((vanished ? "switch" : "caller", vanished), (attempt.ReleasedBy, attempt.Suspect));
                Assert.True(!vanished || attempt.MsA >= (longest - 2) * 1000, string.Create(CultureInfo.InvariantCulture, $"A call of {attempt.MsA} ms did not run to its time-out."));
            }

            Assert.Equal(plan.Calls, rated.Count(attempt => attempt.Suspect));
        }
        finally
        {
            File.Delete(database);
        }
    }

    [Theory]
    [InlineData("Log")]
    [InlineData("Flat")]
    [InlineData("Post")]
    public async Task Calls_while_Perimeter_is_dead_are_charged_once_when_it_is_back(string way)
    {
        CallPlan plan = new(3, PauseMs: 700);
        using SipLab lab = await SipLab.StartAsync(Enum.Parse<SipWay>(way));
        await lab.VendorAsync(1, "vendor-full");
        await lab.VendorAsync(2, "vendor-answers");
        await lab.CallAsync("caller", plan);
        lab.KillPerimeter();
        await lab.CallAsync("caller", plan);
        await lab.RestartPerimeterAsync();
        await lab.CallAsync("caller", plan);

        IReadOnlyList<RatedAttempt> rated = await lab.RatedAsync(2 * 3 * plan.Calls);
        IReadOnlyDictionary<string, WireCall> wire = await lab.WireAsync();
        RatedAttempt[] final = [.. rated.Where(attempt => attempt.Final)];
        Assert.Equal(wire.Keys.Order(StringComparer.Ordinal), final.Select(attempt => attempt.CallId));
        Assert.All(final, attempt => SipLab.AssertCharged(attempt, wire[attempt.CallId], SipCarrier.VendorTwo));
        Assert.All(rated.Where(attempt => !attempt.Final), SipLab.AssertFree);
        Assert.Equal("0", await lab.Perimeter.OneAsync("SELECT count() FROM quarantined_events"));
    }

    [Fact]
    public async Task A_packet_of_a_stranger_that_Kamailio_writes_into_its_log_is_no_call()
    {
        CallPlan plan = new(1);
        using SipLab lab = await SipLab.StartAsync();
        await lab.VendorAsync(1, "vendor-answers");
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        string forged = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"switch_id":"{{SipCarrier.Switch}}","call_id":"forged","source_ip":"127.0.0.2","dnis":"442079460000","vendor_trunk":"vendor-one","setup_time":{{now - 9000}},"answer_time":{{now - 8000}},"end_time":{{now}}}""");
        using (UdpClient stranger = new())
        {
            foreach (string line in (string[])[forged, $"perimeter - {forged}", $" 1(11) ALERT: <script>: perimeter a-key-that-was-guessed {forged}"])
            {
                byte[] packet = Encoding.UTF8.GetBytes($"INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP \n\n{line}\n\n;;=<>\r\n\r\n");
                await stranger.SendAsync(packet, new IPEndPoint(IPAddress.Loopback, lab.Switch.Port), TestContext.Current.CancellationToken);
            }
        }

        await lab.CallAsync("caller", plan);
        RatedAttempt call = Assert.Single(await lab.RatedAsync(1));
        Assert.NotEqual("forged", call.CallId);

        // Kamailio did write the lines, each whole.
        Assert.Contains(forged, await File.ReadAllLinesAsync(lab.Switch.Log, TestContext.Current.CancellationToken));
        Assert.NotEqual("0", await lab.Perimeter.OneAsync("SELECT count() FROM quarantined_events WHERE message LIKE '%without the key of the switch%'"));
    }
}
