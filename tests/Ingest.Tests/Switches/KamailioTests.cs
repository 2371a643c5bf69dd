using System.Net;
using System.Text;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

public sealed class KamailioTests(ITestOutputHelper output)
{
    private const string Key = "of-these-tests-alone";
    private const string Event = """{"switch_id":"kam1","call_id":"c1","attempt":1,"setup_time":"1749985200000","kind":"ended","end_time":"1749985201000","sip_code":486}""";

    private static readonly SwitchConfig Config = new(1, "kam1", SwitchType.Kamailio) { Key = Key };

    private readonly KamailioEvents _events = new(Config);

    [Theory]
    [InlineData("kamailio.log")]
    [InlineData("perimeter_1.log")]
    public void What_a_real_one_wrote_is_as_the_golden_file_says(string log)
    {
        CallIntake intake = Reading.Intake();
        ReadLog(_events, Fixture.Bytes($"kamailio/{log}"), intake);
        EventText.AssertGolden($"kamailio/{log}.golden.txt", EventText.Of(intake));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 3(2817) ALERT: <script>: ")]
    [InlineData("16(28170) ALERT: {1 1 INVITE c1@192.0.2.1} <script>: ")]
    [InlineData("Jun 15 11:00:01 sbc1 kamailio[2817]: ALERT: <script>: ")]
    [InlineData("2025-06-15T11:00:01.123456+00:00 sbc1 /usr/sbin/kamailio[2817]: ALERT: <script>: ")]
    [InlineData("BYE|28895c1|28852v1|c1|200|event|1749985201|")]
    public void An_event_is_the_same_behind_any_prefix(string prefix)
    {
        CallIntake intake = ReadLine($"{prefix}perimeter {Key} {Event}");
        Assert.Equal(1, intake.Accepted);
        Assert.Equal(EventText.Of(Post(Event)), EventText.Of(intake));
    }

    [Fact]
    public void A_stranger_who_brings_a_line_into_the_log_brings_no_call_into_it()
    {
        foreach (string line in (string[])[Event, $"perimeter - {Event}", $"perimeter of-these-tests-alon {Event}", $" 2(99) ERROR: <core> bad header [perimeter x {Event}", $"perimeter  {Event}"])
        {
            CallIntake intake = ReadLine(line);
            Assert.Equal((0, 1), (intake.Accepted, intake.Quarantined.Count));
            Assert.Contains("without the key of the switch", intake.Errors[0].Reason, StringComparison.Ordinal);
            Assert.Equal(line[Math.Max(0, line.IndexOf("perimeter", StringComparison.Ordinal))..], Reading.Content(intake.Quarantined[0]));
        }
    }

    [Fact]
    public void What_was_put_aside_for_its_key_is_read_once_the_configuration_has_that_key()
    {
        CallIntake aside = ReadLine($" 3(2817) ALERT: <script>: perimeter the-key-of-the-switch {Event}");
        CallIntake again = Reading.Intake();
        ReadLog(new KamailioEvents(Config with { Key = "the-key-of-the-switch" }), aside.Quarantined[0].Content.ToArray(), again);
        Assert.Equal(EventText.Of(Post(Event)), EventText.Of(again));
    }

    [Fact]
    public void Without_a_key_only_a_line_that_is_an_event_alone_counts()
    {
        var keyless = new KamailioEvents(Config with { Key = "" });
        CallIntake intake = Reading.Intake();
        ReadLog(keyless, Encoding.UTF8.GetBytes($"{Event}\n 3(2817) ALERT: <script>: perimeter {Key} {Event}\n 3(2817) INFO: started\n"), intake);
        Assert.Equal((1, 1, 1), (intake.Accepted, intake.Quarantined.Count, intake.PassedOver["another line of Kamailio's log"]));
        Assert.Contains("set 'key' in switches.csv to its PERIMETER_KEY", intake.Errors[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_cut_anywhere_is_put_aside_with_what_is_left_of_it_and_the_next_is_taken()
    {
        for (int length = 1; length < Event.Length; length++)
        {
            foreach (string end in (string[])["\n", ""])
            {
                CallIntake intake = Reading.Intake();
                ReadLog(_events, Encoding.UTF8.GetBytes($" 3(2817) ALERT: <script>: perimeter {Key} {Event[..length]}{end} 4(2818) ALERT: <script>: perimeter {Key} {Event}\n"), intake);
                Assert.Equal((1, 1), (intake.Accepted, intake.Quarantined.Count));
                Assert.StartsWith(Event[..length], Reading.Content(intake.Quarantined[0]), StringComparison.Ordinal);
                Assert.Contains("cut", intake.Errors[0].Reason, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void The_switch_of_an_event_that_names_none_is_the_one_of_the_configuration()
    {
        CallIntake intake = Post(Event.Replace("\"switch_id\":\"kam1\",", "", StringComparison.Ordinal));
        Reading.Only(intake);
        Assert.Equal("kam1", Reading.Text(intake, CallEventText.SwitchId));
    }

    [Fact]
    public async Task Events_are_posted_many_at_once_and_what_is_sent_again_is_a_repeat()
    {
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config with { Key = SwitchEdge.Key });
        byte[] body = Encoding.UTF8.GetBytes($"{Event}\n{Event.Replace("c1", "c2", StringComparison.Ordinal)}\nno event\n");
        for (int i = 0; i < 2; i++)
        {
            (HttpStatusCode status, string answer) = await edge.PostAsync(body, "application/x-ndjson");
            Assert.Equal(HttpStatusCode.Accepted, status);
            Assert.Contains("\"accepted\":2,\"quarantined\":1", answer, StringComparison.Ordinal);
        }

        List<(UInt128 Key, UInt128 Content)> events = await edge.EventsAsync();
        Assert.Equal((4, 2), (events.Count, events.Distinct().Count()));
    }

    [Fact]
    public async Task A_log_that_grew_is_gone_on_with_and_one_that_was_renamed_is_not_taken_again()
    {
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        byte[] all = Fixture.Bytes("kamailio/kamailio.log");
        int half = Array.IndexOf(all, (byte)'\n', all.Length / 2) + 1;
        string path = edge.Write("kamailio.log", all[..half], TimeSpan.Zero);
        FileIngestResult first = await edge.TakeAsync(path);
        edge.Write("kamailio.log", all, TimeSpan.Zero);
        FileIngestResult rest = await edge.TakeAsync(path);
        Assert.Equal(first.NextLine, rest.FromLine);
        CallIntake whole = Reading.Intake();
        ReadLog(_events, all, whole);
        Assert.Equal((whole.Accepted, (long)whole.Quarantined.Count), (first.Accepted + rest.Accepted, first.Quarantined + rest.Quarantined));
        File.Move(path, path + ".1");
        Assert.True((await edge.TakeAsync(path + ".1")).WasTakenBefore);
        Assert.Equal(whole.Accepted, (await edge.EventsAsync()).Count);
    }

    [Fact]
    public void Of_damaged_lines_none_throws_and_none_vanishes() => Damage.NeverLoses(
        [.. Fixture.Text("kamailio/kamailio.log").Split('\n').Where(line => line.Trim().Length > 0).Select(Encoding.UTF8.GetBytes)],
        (line, intake) => _events.ReadLine(line, 1, intake),
        output);

    [Fact]
    public void Of_damaged_bodies_none_throws_and_none_vanishes() => Damage.NeverLoses([Encoding.UTF8.GetBytes(Event), Encoding.UTF8.GetBytes($"{Event}\n{Event}")], (body, intake) => _events.ReadBody(body, intake), output);

    [Fact]
    public void A_good_line_allocates_nothing()
    {
        byte[] line = Encoding.UTF8.GetBytes($" 3(2817) ALERT: <script>: perimeter {Key} {Event}");
        byte[] other = Encoding.UTF8.GetBytes(" 3(2817) WARNING: dialog [dlg_handlers.c:1661]: dlg_ontimeout(): dlg timeout");
        const int rounds = 500;
        long perRecord = Damage.AllocatedPerRecord(rounds * 2, intake =>
        {
            for (int i = 0; i < rounds; i++)
            {
                _events.ReadLine(line, i, intake);
                _events.ReadLine(other, i, intake);
            }
        });
        Assert.InRange(perRecord, 0, 8);
    }

    private CallIntake ReadLine(string line)
    {
        CallIntake intake = Reading.Intake();
        _events.ReadLine(Encoding.UTF8.GetBytes(line), 1, intake);
        return intake;
    }

    private CallIntake Post(string body) => GoldenBodies.Read(_events, Encoding.UTF8.GetBytes(body));

    private static void ReadLog(KamailioEvents events, byte[] log, CallIntake intake)
    {
        using var content = new MemoryStream(log);
        var lines = new LineFileRecords(content, new IngestLimits(), events.ReadLine);
        while (lines.ReadRecord(intake))
        {
        }
    }
}
