using System.Net;
using System.Text;
using System.Text.Json;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

public sealed class YetiTests(ITestOutputHelper output)
{
    private const string Least = """{"local_tag":"t","node_id":8,"time_start":"2025-06-15T10:00:00+00:00"}""";

    private static readonly SwitchConfig Config = new(1, "yeti1", SwitchType.Yeti) { Key = SwitchEdge.Key };

    private readonly YetiRecords _records = new(Config);

    [Fact]
    public void Every_field_of_every_row_is_as_the_golden_file_says() => GoldenBodies.AssertGood("yeti", _records);

    [Fact]
    public void Bad_rows_are_put_aside_each_with_its_reason_and_those_beside_are_taken() => GoldenBodies.AssertBad("yeti", _records);

    [Fact]
    public void A_row_is_the_same_event_alone_in_a_batch_in_an_array_and_after_another()
    {
        string expected = EventText.Of(Read(Least));
        Assert.All(
            new[]
            {
                $$"""{"data":[{{Least}}]}""", $$"""{"batch_id":12345,"data":[{{Least}}]}""", $$"""{"data":[{{Least}}],"more":[{"data":[1]}]}""", $"[{Least}]", $" {Least} \n",
                $$"""{"event_bulk_id":"9f2c","batch_id":12345,"data":[{"type":"cdr_full","payload":{{Least}}}]}""",
            },
            body => Assert.Equal(expected, EventText.Of(Read(body))));
        Assert.Equal(2, Read($"{Least}\n{Least}").Accepted);
        Assert.Equal(3, Read($$"""{"data":[{{Least}},{{Least}}]} {"data":[{{Least}}]}""").Accepted);
        Assert.Equal(0, Read("""{"data":[]}""").Records);
    }

    [Fact]
    public void What_is_billed_is_from_the_answer_to_the_end_and_not_the_rounded_duration()
    {
        CallEvent callEvent = Reading.Only(Read(Fixture.Text("yeti/answered.json")));
        Assert.Equal(60_995, callEvent.RawMsA);
    }

    [Fact]
    public void Times_of_an_older_version_have_no_offset_and_need_the_zone_that_the_operator_states()
    {
        const string row = """{"local_tag":"t","node_id":8,"time_start":"2025-06-15T10:00:00.5"}""";
        CallIntake intake = Reading.Intake(zone: TimeZoneInfo.FindSystemTimeZoneById("Europe/Kyiv"));
        _records.ReadBody(Encoding.UTF8.GetBytes(row), intake);
        Assert.Equal(new DateTimeOffset(2025, 6, 15, 7, 0, 0, 500, TimeSpan.Zero).ToUnixTimeMilliseconds(), Reading.Only(intake).SetupMs);
        Assert.StartsWith("has no offset from UTC", Assert.Single(Read(row).Errors).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_repeated_after_an_error_brings_the_same_events()
    {
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        for (int i = 0; i < 2; i++)
        {
            (HttpStatusCode status, string answer) = await edge.PostAsync(Fixture.Bytes("yeti/batch.json"), "application/json");
            Assert.Equal(HttpStatusCode.Accepted, status);
            Assert.Equal(2, JsonDocument.Parse(answer).RootElement.GetProperty("accepted").GetInt32());
        }

        List<(UInt128 Key, UInt128 Content)> events = await edge.EventsAsync();
        Assert.Equal(4, events.Count);
        Assert.Equal(2, events.Distinct().Count());
        Assert.Equal(2, events.DistinctBy(e => e.Key).Count());
    }

    [Fact]
    public async Task An_error_of_the_log_is_answered_so_that_the_batch_comes_again_and_nothing_was_taken()
    {
        await using SwitchEdge edge = await SwitchEdge.OpenAsync(Config);
        await edge.Scratch.ReopenAsync(minFreeBytes: long.MaxValue / 2);
        await edge.ServeAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await edge.PostAsync(Fixture.Bytes("yeti/batch.json"), "application/json")).Status);
        Assert.Empty(await edge.Scratch.CallsAsync());
    }

    [Fact]
    public void Of_damaged_bodies_none_throws_and_none_vanishes() => Damage.NeverLoses(
        [.. Fixture.In("yeti", "*.json").Select(Fixture.Bytes)], (body, intake) => _records.ReadBody(body, intake), output);

    [Fact]
    public void A_good_row_allocates_nothing()
    {
        byte[] batch = Fixture.Bytes("yeti/batch.json");
        const int rounds = 500;
        long perRecord = Damage.AllocatedPerRecord(rounds * 2, intake =>
        {
            for (int i = 0; i < rounds; i++)
            {
                _records.ReadBody(batch, intake);
            }
        });
        Assert.InRange(perRecord, 0, 8);
    }

    private CallIntake Read(string body) => GoldenBodies.Read(_records, Encoding.UTF8.GetBytes(body));
}
