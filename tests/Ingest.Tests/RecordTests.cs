using System.Text;
using Perimeter.Domain;

namespace Perimeter.Ingest.Tests;

/// <summary>What makes a good record, and how bodies that are partly bad are read.</summary>
public sealed class RecordTests
{
    private const long SetupMs = 1749985200000;

    [Fact]
    public void The_smallest_record_is_an_ended_final_first_attempt_that_was_not_answered()
    {
        CallEvent read = Reading.Only(Reading.Json("""{"switch_id":"s1","call_id":"c1","setup_time":1749985200000}"""));
        Assert.Equal((CallEventKind.Ended, true, 1, false, SetupMs, SetupMs), (read.Kind, read.Final, read.Attempt, read.IsAnswered, read.SetupMs, read.EndMs));
        Assert.Equal((CallEvent.NoNumber, CallEvent.NoNumber, CallEvent.NoInstant), (read.SipCode, read.MosThousandths, read.EndBMs));
    }

    [Fact]
    public void A_duration_stands_in_place_of_the_end_and_the_end_wins_where_both_are_there()
    {
        const string answered = """{"switch_id":"s1","call_id":"c1","setup_time":1749985200000,"answer_time":1749985210000""";
        Assert.Equal(61_500, Reading.Only(Reading.Json(answered + ""","duration_ms":61500}""")).RawMsA);
        Assert.Equal(60_000, Reading.Only(Reading.Json(answered + ""","duration_ms":61500,"end_time":1749985270000}""")).RawMsA);
    }

    [Fact]
    public void A_live_event_needs_no_end()
    {
        CallEvent started = Reading.Only(Reading.Json("""{"switch_id":"s1","call_id":"c1","kind":"STARTED","setup_time":1749985200000}"""));
        Assert.Equal((CallEventKind.Started, CallEvent.NoInstant), (started.Kind, started.EndMs));
        CallEvent answered = Reading.Only(Reading.Json("""{"switch_id":"s1","call_id":"c1","kind":"answered","setup_time":1749985200000,"answer_time":1749985210000}"""));
        Assert.Equal((CallEventKind.Answered, CallEvent.NoInstant), (answered.Kind, answered.EndMs));
    }

    [Fact]
    public void An_answer_may_lie_a_second_before_the_setup_and_side_b_may_have_its_own_times()
    {
        CallEvent read = Reading.Only(Reading.Json(
            """{"switch_id":"s1","call_id":"c1","setup_time":1749985200999,"answer_time":1749985200000,"end_time":1749985260000,"answer_time_b":1749985199999,"end_time_b":1749985261000}"""));
        Assert.Equal((60_000, 61_001), (read.RawMsA, read.RawMsB));
    }

    [Fact]
    public void A_call_of_seven_days_to_the_millisecond_is_taken() => Assert.Equal(CallEvent.MaxDurationMs, Reading.Only(Reading.Json(
        """{"switch_id":"s1","call_id":"c1","setup_time":"2025-06-01T00:00:00Z","answer_time":"2025-06-01T00:00:00Z","end_time":"2025-06-08T00:00:00Z"}""")).RawMsA);

    [Fact]
    public void An_end_one_hour_ahead_is_taken() => Reading.Only(
        Reading.Json("""{"switch_id":"s1","call_id":"c1","setup_time":"2025-06-15T11:00:00Z","end_time":"2025-06-15T13:00:00Z"}"""));

    [Fact]
    public void Numbers_may_be_text_and_ids_may_be_numbers()
    {
        CallIntake intake = Reading.Json("""{"switch_id":7,"call_id":12345678901234567890,"attempt":" 2 ","setup_time":"1749985200000","mos":"4.37","dnis":4930123456,"final":0}""");
        CallEvent read = Reading.Only(intake);
        Assert.Equal((2, 4370, false), (read.Attempt, read.MosThousandths, read.Final));
        Assert.Equal("12345678901234567890", Reading.Text(intake, CallEventText.CallId));
        Assert.Equal("4930123456", Reading.Text(intake, CallEventText.Dnis));
    }

    [Fact]
    public void Escapes_are_resolved_in_names_and_values()
    {
        CallIntake intake = Reading.Json("""{"switch\u005fid":"s\u00e9\"1\/","call_id":"c1","setup_time":1749985200000}""");
        Reading.Only(intake);
        Assert.Equal("s\u00E9\"1/", Reading.Text(intake, CallEventText.SwitchId));
    }

    [Fact]
    public void Unknown_fields_are_passed_over_and_counted_each_time()
    {
        CallIntake intake = Reading.Json("""[{"switch_id":"s1","call_id":"c1","setup_time":1749985200000,"x":{"call_id":[1,{"y":2}]},"Call_Id":3},{"switch_id":"s1","call_id":"c2","setup_time":1749985200000,"z":null}]""");
        Assert.Equal((2, 3), (intake.Accepted, intake.UnknownFields));
        Assert.Equal(3, Reading.Csv("switch_id,call_id,setup_time,x\ns1,c1,1749985200000,\ns1,c2,1749985200000,5\ns1,c3,1749985200000,5\n").UnknownFields);
    }

    [Fact]
    public void Repeats_are_counted_by_key_and_kind_and_still_taken()
    {
        static string Record(string call, int attempt, string kind) => $$"""{"switch_id":"s1","call_id":"{{call}}","attempt":{{attempt}},"kind":"{{kind}}","setup_time":1749985200000}""";
        CallIntake intake = Reading.Json($"[{Record("c1", 1, "ended")},{Record("c1", 2, "ended")},{Record("c1", 1, "started")},{Record("c1", 1, "ended")},{Record("c1", 1, "ended")},{Record("c2", 1, "ended")}]");
        Assert.Equal((6, 2), (intake.Accepted, intake.Repeats));
    }

    [Fact]
    public void A_broken_array_gives_the_records_before_and_puts_the_rest_aside_byte_for_byte()
    {
        const string rest = """{"switch_id":"s1","call_id":"c3" "setup_time":5}, {"switch_id":"s1"}]""";
        CallIntake intake = Reading.Json($"[{Reading.Base},\n {Reading.Base.Replace("c1", "c2", StringComparison.Ordinal)} ,\n {rest}");
        Assert.Equal(2, intake.Accepted);
        QuarantinedEvent aside = Assert.Single(intake.Quarantined);
        Assert.Equal((QuarantineReason.Unreadable, 2, rest), (aside.Reason, aside.Place, Reading.Content(aside)));
        Assert.Equal("the body is no JSON from line 3, byte 35 on", aside.Message);
    }

    [Fact]
    public void A_body_cut_behind_a_record_says_so()
    {
        CallIntake intake = Reading.Json($"[{Reading.Base},");
        Assert.Equal(1, intake.Accepted);
        Assert.Equal(QuarantineReason.Unreadable, Assert.Single(intake.Quarantined).Reason);
    }

    [Fact]
    public void A_bad_line_spoils_no_other()
    {
        string good = Reading.Base.Replace("c1", "c2", StringComparison.Ordinal);
        CallIntake intake = Reading.Ndjson($"{Reading.Base}\n{{\"switch_id\":\n[1]\n{good} x\n   \n{good}\r\n{{}}");
        Assert.Equal(2, intake.Accepted);
        Assert.Equal(
            [
                new RecordError(1, "", "the line is no JSON from byte 14 on"),
                new RecordError(2, "", "the line is no JSON object"),
                new RecordError(3, "", $"something stands behind the object, from byte {good.Length + 1} of the line on"),
                new RecordError(5, "switch_id", "is missing"),
            ],
            intake.Errors);
        Assert.Equal(good + " x", Reading.Content(intake.Quarantined[2]));
    }

    [Fact]
    public void A_record_that_is_not_utf8_is_put_aside_with_its_bytes()
    {
        byte[] record = Encoding.Latin1.GetBytes(Reading.Base.Replace("s1", "caf\u00E9", StringComparison.Ordinal));
        CallIntake intake = Reading.Json([.. "["u8, .. record, .. ","u8, .. Encoding.UTF8.GetBytes(Reading.Base), .. "]"u8]);
        Assert.Equal(1, intake.Accepted);
        Assert.Equal("the record is not UTF-8", Assert.Single(intake.Quarantined).Message);
        Assert.Equal(record, intake.Quarantined[0].Content.ToArray());
    }

    [Fact]
    public void A_record_over_the_limit_is_put_aside_and_what_is_longer_in_pieces()
    {
        var limits = new IngestLimits { MaxRecordBytes = 1024, MaxQuarantinedBytes = 1024 };
        string record = $$"""{"switch_id":"s1","call_id":"c1","setup_time":1749985200000,"note":"{{new string('x', 2500)}}"}""";
        CallIntake intake = Reading.Json($"[{record}]", limits);
        Assert.Equal(0, intake.Accepted);
        Assert.Equal(3, intake.Quarantined.Count);
        Assert.Equal($"the record is {record.Length} bytes long; the limit is 1024 (piece 3 of 3)", intake.Quarantined[2].Message);
        Assert.Equal(record, string.Concat(intake.Quarantined.Select(Reading.Content)));
    }

    [Fact]
    public void Errors_are_listed_up_to_their_limit_and_counted_beyond()
    {
        CallIntake intake = Reading.Json($"[{string.Join(',', Enumerable.Repeat("{}", 7))}]", new IngestLimits { MaxErrorsListed = 3 });
        Assert.Equal((3, 7), (intake.Errors.Count, intake.Quarantined.Count));
    }

    [Fact]
    public void Deep_nesting_is_no_way_to_break_in() => Assert.Equal(
        QuarantineReason.Unreadable, Assert.Single(Reading.Json($"{{\"x\":{new string('[', 5000)}").Quarantined).Reason);

    [Fact]
    public void Good_records_cost_no_allocation()
    {
        byte[] body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 1000).Select(i => Reading.Base.Replace("c1", $"c{i}", StringComparison.Ordinal)))}]");
        CallIntake intake = Reading.Intake();
        var json = new JsonCallRecords();
        long before = 0;
        for (int round = 0; round < 3; round++)
        {
            intake.Begin("http", default);
            before = GC.GetAllocatedBytesForCurrentThread();
            json.ReadBody(body, intake);
        }

        Assert.Equal(1000, intake.Accepted);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2000, "A body of 1,000 good records allocated more than a fixed amount.");
    }
}
