using System.Net;
using System.Text;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

public sealed class FreeSwitchTests(ITestOutputHelper output)
{
    private static readonly SwitchConfig Config = new(1, "fs-name", SwitchType.FreeSwitch) { Key = SwitchEdge.Key };

    private readonly FreeSwitchRecords _records = new(Config);

    [Fact]
    public void Every_field_of_every_record_is_as_the_golden_file_says() => GoldenBodies.AssertGood("freeswitch", _records);

    [Fact]
    public void Bad_records_are_put_aside_byte_for_byte_each_with_its_reason() => GoldenBodies.AssertBad("freeswitch", _records);

    [Fact]
    public void Whatever_it_is_wrapped_in_a_record_is_the_same_event()
    {
        foreach (string name in Fixture.In("freeswitch", "*.json"))
        {
            string json = Fixture.Text(name);
            string expected = EventText.Of(Read(json));
            Assert.DoesNotContain("put aside", expected, StringComparison.Ordinal);
            Assert.All(FreeSwitchBodies.Ways(json), way => Assert.Equal((name, way.Way, expected), (name, way.Way, EventText.Of(Read(way.Body)))));
        }
    }

    [Theory]
    [InlineData("%2B4930", "", "+4930")] // encode-values, nothing else in the record tells
    [InlineData("%2B4930", "\"channel_name\":\"sofia%2Finternal%2Fa%40b\",", "+4930")]
    [InlineData("%2B4930", "\"channel_name\":\"sofia/internal/a@b\",", "%2B4930")] // not encoded: the percent sign is the number's own
    [InlineData("%2B4930", "\"start_stamp\":\"2025-06-15%2010%3A00%3A00\",", "+4930")]
    [InlineData("%2B4930", "\"start_stamp\":\"2025-06-15 10:00:00\",\"channel_name\":\"sofia%2Fa%40b\",", "%2B4930")]
    [InlineData("%2B4930", "\"proto_specific_hangup_cause\":\"sip%3A503\",\"start_stamp\":\"2025-06-15%2010%3A00%3A00\",", "+4930")]
    [InlineData("+4930", "\"channel_name\":\"sofia/internal/a@b\",", "+4930")]
    [InlineData("100%", "", "100%")]
    [InlineData("%zz%4", "", "%zz%4")]
    [InlineData("%E4", "", "put aside 0: dnis_sent: is not UTF-8")]
    [InlineData("%00", "", "put aside 0: dnis_sent: holds a control character; it is '\uFFFD'")]
    [InlineData("\\ud800", "\"a\":\"b c\",", "put aside 0: dnis_sent: holds a control character; it is '\uFFFD'")]
    public void Values_are_percent_encoded_all_or_none(string value, string others, string expected)
    {
        string text = EventText.Of(Read(Leg("outbound", $"{others}\"sip_to_user\":\"{value}\",\"call_uuid\":\"c1\",\"start_uepoch\":\"1749981600000000\"")));
        Assert.Contains(expected.StartsWith("put", StringComparison.Ordinal) ? expected : $"DnisSent={expected}\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sip:503", "2025-06-15 10:00:00")]
    [InlineData("sip%3A503", "2025-06-15%2010%3A00%3A00")]
    [InlineData("sip%3a503", "")]
    public void The_cause_of_an_attempt_is_known_encoded_or_not(string cause, string stamp)
    {
        string text = EventText.Of(Read(Leg("outbound", $"\"proto_specific_hangup_cause\":\"{cause}\",\"start_stamp\":\"{stamp}\",\"call_uuid\":\"c1\",\"start_uepoch\":\"1749981600000000\"")));
        Assert.Contains("SipCode=503", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_latin1_name_beside_the_values_that_count_does_no_harm()
    {
        byte[] body = Encoding.Latin1.GetBytes(Leg("outbound", "\"sip_from_display\":\"Zo\u00EB\",\"call_uuid\":\"c1\",\"start_uepoch\":\"1749981600000000\""));
        CallIntake intake = Reading.Intake();
        _records.ReadBody(body, intake);
        Assert.Equal(1, intake.Accepted);
    }

    [Fact]
    public void A_record_longer_than_ours_may_be_is_taken()
    {
        string filler = new('x', 200_000);
        Assert.Equal(1, Read(Leg("outbound", $"\"filler\":\"{filler}\",\"call_uuid\":\"c1\",\"start_uepoch\":\"1749981600000000\"")).Accepted);
        CallIntake intake = Read(Leg("outbound", $"\"filler\":\"{new string('x', 3 << 20)}\",\"call_uuid\":\"c1\",\"start_uepoch\":\"1749981600000000\""));
        Assert.Equal(4, intake.Quarantined.Count);
        Assert.Contains("the record is 3145", intake.Errors[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Posted_with_any_type_and_in_a_file_the_same_record_is_one_event()
    {
        byte[] json = Fixture.Bytes("freeswitch/b-leg-answered.json");
        string text = Encoding.UTF8.GetString(json);
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        foreach ((string? type, string body) in new (string?, string)[]
        {
            ("application/json", text),
            ("application/x-www-form-urlencoded", $"cdr={FreeSwitchBodies.Encode(text, keepsEscapes: true)}"),
            ("application/x-www-form-base64-encoded", $"cdr={Convert.ToBase64String(json)}"),
            (null, text),
            (null, $"cdr={FreeSwitchBodies.Encode(text, keepsEscapes: false)}"),
            ("text/csv", text),
        })
        {
            (HttpStatusCode status, string answer) = await edge.PostAsync(Encoding.UTF8.GetBytes(body), type, "?uuid=1f0e6f4e-0d7d-4b1c-8a52-000000000002");
            Assert.Equal(HttpStatusCode.Accepted, status);
            Assert.StartsWith("""{"accepted":1,"quarantined":0,""", answer, StringComparison.Ordinal);
        }

        string plain = edge.Write("1f0e6f4e-0d7d-4b1c-8a52-000000000002.cdr.json", json, TimeSpan.Zero);
        string encoded = edge.Write("again.cdr.json", Encoding.UTF8.GetBytes(FreeSwitchBodies.Encode(text.TrimEnd('\n'), keepsEscapes: true) + "\n"), TimeSpan.Zero);
        Assert.Equal(1, (await edge.TakeAsync(plain)).Accepted);
        Assert.Equal(1, (await edge.TakeAsync(encoded)).Accepted);
        Assert.True((await edge.TakeAsync(plain)).WasTakenBefore);

        List<(UInt128 Key, UInt128 Content)> events = await edge.EventsAsync();
        Assert.Equal(8, events.Count);
        Assert.Single(events.Distinct());
    }

    [Fact]
    public async Task Of_a_call_with_two_attempts_each_B_leg_is_an_event_and_the_A_leg_is_counted_and_passed_over()
    {
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        foreach (string leg in new[] { "a-leg-with-b-legs", "b-leg-503", "b-leg-answered" })
        {
            Assert.Equal(HttpStatusCode.Accepted, (await edge.PostAsync(Fixture.Bytes($"freeswitch/{leg}.json"), null)).Status);
        }

        const string call = "fs-fra-1/0b7c3a52-5a6e-4a9d-9d3e-5a1d7f0c1a01";
        Assert.Equal(new SortedDictionary<string, int> { [$"{call}/1"] = 1, [$"{call}/2"] = 1 }, await edge.Scratch.CallsAsync());
        Assert.Equal((2, 1), (edge.Counters.Accepted, edge.Counters.PassedOver));
        Assert.Contains("""{"an A leg whose B legs tell":1}""", (await edge.PostAsync(Fixture.Bytes("freeswitch/a-leg-with-b-legs.json"), null)).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_being_written_is_held_back_and_taken_once_when_it_is_whole()
    {
        byte[] json = Fixture.Bytes("freeswitch/b-leg-answered.json");
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        foreach (int length in new[] { 1, json.Length / 2, json.Length - 1 })
        {
            FileIngestResult half = await edge.TakeAsync(edge.Write("x.cdr.json", json[..length], TimeSpan.Zero));
            Assert.Equal((0, 0, length), (half.Accepted, half.Quarantined, half.HeldBackBytes));
        }

        FileIngestResult whole = await edge.TakeAsync(edge.Write("x.cdr.json", json, TimeSpan.Zero));
        Assert.Equal((1, 0, 0), (whole.Accepted, whole.Quarantined, whole.HeldBackBytes));
        Assert.Empty(await edge.Scratch.QuarantineAsync());
        Assert.Single(await edge.EventsAsync());
    }

    [Fact]
    public async Task A_file_that_stays_cut_is_told_and_taken_when_it_is_whole()
    {
        byte[] json = Fixture.Bytes("freeswitch/b-leg-answered.json");
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        string path = edge.Write("x.cdr.json", [.. Fixture.Bytes("freeswitch/b-leg-503.json"), .. json[..700]], TimeSpan.FromMinutes(2));
        CallFileException cut = await Assert.ThrowsAsync<CallFileException>(() => edge.TakeAsync(path));
        Assert.Equal(
            "ends in the middle of a record, in line 2: its writer was stopped, or its disk was full. Lines before are taken; it is taken when it is whole. Remove it if it never will be.", cut.Reason);
        Assert.Single(await edge.EventsAsync());
        edge.Write("x.cdr.json", [.. Fixture.Bytes("freeswitch/b-leg-503.json"), .. json], TimeSpan.Zero);
        Assert.Equal(1, (await edge.TakeAsync(path)).Accepted);
        Assert.Equal(2, (await edge.EventsAsync()).Count);
        Assert.Empty(await edge.Scratch.QuarantineAsync());
    }

    [Fact]
    public async Task A_record_whose_line_end_alone_is_missing_is_taken_once_nobody_writes_to_it_any_more()
    {
        byte[] json = Fixture.Bytes("freeswitch/b-leg-answered.json");
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        Assert.Equal(json.Length - 1, (await edge.TakeAsync(edge.Write("x.cdr.json", json[..^1], TimeSpan.FromSeconds(30)))).HeldBackBytes);
        Assert.Equal(1, (await edge.TakeAsync(edge.Write("x.cdr.json", json[..^1], TimeSpan.FromMinutes(2)))).Accepted);
    }

    [Fact]
    public async Task Files_put_together_are_a_record_a_line()
    {
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        byte[] all = [.. Fixture.In("freeswitch", "*.json").SelectMany(Fixture.Bytes)];
        FileIngestResult result = await edge.TakeAsync(edge.Write("all.cdr.json", all, TimeSpan.Zero));
        Assert.Equal((5, 0, 2), (result.Accepted, result.Quarantined, result.PassedOver.Values.Sum()));
    }

    [Fact]
    public void Of_damaged_records_none_throws_and_none_vanishes() => Damage.NeverLoses(
        [.. Fixture.In("freeswitch", "*.json").SelectMany(name => FreeSwitchBodies.Ways(Fixture.Text(name))).Select(way => Encoding.UTF8.GetBytes(way.Body))],
        (body, intake) => _records.ReadBody(body, intake),
        output);

    [Fact]
    public void A_good_record_allocates_nothing()
    {
        byte[][] bodies = [.. Fixture.In("freeswitch", "*.json").SelectMany(name => FreeSwitchBodies.Ways(Fixture.Text(name))).Select(way => Encoding.UTF8.GetBytes(way.Body))];
        const int rounds = 20;
        long perRecord = Damage.AllocatedPerRecord(bodies.Length * rounds, intake =>
        {
            for (int i = 0; i < rounds; i++)
            {
                foreach (byte[] body in bodies)
                {
                    _records.ReadBody(body, intake);
                }
            }
        });
        Assert.InRange(perRecord, 0, 16);
    }

    private static string Leg(string direction, string variables) =>
        $$"""{"switchname":"fs1","channel_data":{"direction":"{{direction}}"},"variables":{{{variables}}},"callflow":[]}""";

    private CallIntake Read(string body) => GoldenBodies.Read(_records, Encoding.UTF8.GetBytes(body));
}
