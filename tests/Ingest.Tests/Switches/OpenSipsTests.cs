using System.Net;
using System.Text;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

public sealed class OpenSipsTests(ITestOutputHelper output)
{
    private static readonly SwitchConfig Config = new(1, "osips1", SwitchType.OpenSips) { Key = SwitchEdge.Key };

    private readonly OpenSipsEvents _events = new(Config);

    [Fact]
    public void Every_field_of_every_event_is_as_the_golden_file_says() => GoldenBodies.AssertGood("opensips", _events);

    [Fact]
    public void Bad_events_are_put_aside_each_with_its_reason() => GoldenBodies.AssertBad("opensips", _events);

    [Fact]
    public void What_is_billed_is_ms_duration_and_not_the_duration_rounded_up()
    {
        CallEvent callEvent = Reading.Only(GoldenBodies.Read(_events, Fixture.Bytes("opensips/cdr.json")));
        Assert.Equal((61_001, 61_001), (callEvent.RawMsA, callEvent.RawMsB));
        Assert.Equal(callEvent.AnswerMs + 61_001, callEvent.EndMs);
    }

    [Theory]
    [InlineData("cdr")]
    [InlineData("missed")]
    [InlineData("missed-without-dialog")]
    public void INVITEs_of_one_Call_ID_are_calls_of_their_own_by_what_the_script_tells_of_each(string name)
    {
        string[] ids = [.. ((string?[])[null, "", "4207830291", "4207830292"]).Select(invite => Reading.Text(
            GoldenBodies.Read(_events, Encoding.UTF8.GetBytes(Fixture.Text($"opensips/{name}.json").Replace("\"method\": \"INVITE\",", invite is null ? "\"method\": \"INVITE\"," : $"\"invite\": \"{invite}\", \"method\": \"INVITE\",", StringComparison.Ordinal))),
            CallEventText.CallId))];
        Assert.Equal([ids[0], ids[0], ids[0] + "/4207830291", ids[0] + "/4207830292"], ids);
    }

    [Fact]
    public void What_C_ends_texts_with_is_no_part_of_an_event() =>
        Assert.Equal(1, GoldenBodies.Read(_events, [.. Fixture.Bytes("opensips/cdr.json"), (byte)'\n', 0]).Accepted);

    [Fact]
    public void More_records_than_are_taken_at_once_are_put_aside_and_not_forgotten()
    {
        CallIntake intake = Reading.Intake(new IngestLimits { MaxRecordsPerRequest = 3 });
        string one = Fixture.Text("opensips/cdr.json");
        _events.ReadBody(Encoding.UTF8.GetBytes($"[{one},{one},{one},{one},{one},{one}]"), intake);
        Assert.Equal(4, intake.Accepted);
        Assert.Equal($"{one},{one}]", Reading.Content(Assert.Single(intake.Quarantined)));
    }

    [Fact]
    public async Task Posted_twice_an_event_is_the_same_event()
    {
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        foreach (string name in new[] { "missed", "cdr", "array" })
        {
            Assert.Equal(HttpStatusCode.Accepted, (await edge.PostAsync(Fixture.Bytes($"opensips/{name}.json"), "application/json")).Status);
        }

        List<(UInt128 Key, UInt128 Content)> events = await edge.EventsAsync();
        Assert.Equal((4, 2, 2), (events.Count, events.Distinct().Count(), events.DistinctBy(e => e.Key).Count()));
    }

    [Fact]
    public void Of_damaged_events_none_throws_and_none_vanishes() => Damage.NeverLoses(
        [.. Fixture.In("opensips", "*.json").Select(Fixture.Bytes)], (body, intake) => _events.ReadBody(body, intake), output);

    [Fact]
    public void A_good_event_allocates_nothing()
    {
        byte[][] bodies = [.. new[] { "cdr", "missed" }.Select(name => Fixture.Bytes($"opensips/{name}.json"))];
        const int rounds = 500;
        long perRecord = Damage.AllocatedPerRecord(rounds * bodies.Length, intake =>
        {
            for (int i = 0; i < rounds; i++)
            {
                foreach (byte[] body in bodies)
                {
                    _events.ReadBody(body, intake);
                }
            }
        });
        Assert.InRange(perRecord, 0, 8);
    }
}
