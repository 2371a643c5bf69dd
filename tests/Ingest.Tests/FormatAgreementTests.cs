using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Records.Tests;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

/// <summary>One event written in every format, and in several spellings of its values, is read as the same event.</summary>
public sealed class FormatAgreementTests
{
    private const string TextCharacters = "abcXYZ019+-_.:;,|\"' \\/\u00E9\u4E2D\u20AC";

    private static readonly string[] TextFields =
    [
        "trunk_group_a", "trunk_group_b", "protocol", "tech_prefix", "vendor_trunk", "ani", "dnis", "ani_sent", "dnis_sent", "lrn", "oli", "refusal",
        "released_by", "codec", "forwarded_from",
    ];

    private static Gen<string> Text(int maxBytes) =>
        from length in Gen.Choose(1, 12)
        from characters in Gen.Elements(TextCharacters.ToCharArray()).ArrayOf(length)
        let text = new string(characters)
        select Encoding.UTF8.GetByteCount(text) <= maxBytes ? text : "x";

    private static Gen<string?> Maybe(Gen<string> gen) => Gen.Frequency((1, Gen.Constant<string?>(null)), (2, gen.Select(s => (string?)s)));

    private static Gen<string> Whole(int least, int most) => Gen.Choose(least, most).Select(n => n.ToString(CultureInfo.InvariantCulture));

    /// <summary>A good record as names and values, each value the text that CSV would carry.</summary>
    private static readonly Gen<(string Name, string Value)[]> Records =
        from switchId in Text(100)
        from callId in Text(255)
        from texts in Gen.CollectToArray(TextFields.Select(name => Maybe(Text(name == "oli" ? 8 : 32))))
        from setup in Gen.Choose(0, 86_400_000 - 1)
        from ringing in Gen.Choose(-1000, 60_000)
        from duration in Gen.Choose(0, 3_600_000)
        from answered in Gen.Elements(true, false)
        from byDuration in Gen.Elements(true, false)
        from times in Gen.Choose(0, 5).ArrayOf(4)
        from attempt in Maybe(Whole(1, 65_535))
        from sip in Maybe(Whole(100, 699))
        from port in Maybe(Whole(1, 65_535))
        from pdd in Maybe(Whole(0, 86_400_000))
        from mos in Maybe(Gen.Choose(1000, 5000).Select(n => FixedPoint.Format(n, 3)))
        from revision in Maybe(Gen.Choose(0, int.MaxValue).Select(n => (n * 1_000_003L).ToString(CultureInfo.InvariantCulture)))
        from final in Maybe(Gen.Elements("true", "false", "1", "0"))
        from burst in Maybe(Gen.Elements("true", "false"))
        from kind in Maybe(Gen.Elements("ended", "started"))
        from ip in Maybe(Gen.Elements("192.0.2.1", "2001:db8::7", "::ffff:192.0.2.1"))
        select Build(
            switchId, callId, texts, [("attempt", attempt), ("sip_code", sip), ("source_port", port), ("pdd_ms", pdd), ("mos", mos), ("route_revision", revision),
                ("final", final), ("burst", burst), ("kind", kind), ("source_ip", ip), ("media_ip", ip)],
            Times(setup, ringing, duration, answered, byDuration, times));

    [Fact]
    public void Json_ndjson_and_csv_give_the_same_event() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Records.ToArbitrary(), record =>
        {
            CallIntake json = Reading.Json($"[\n  {ToJson(record, indented: true, numbers: true)},\n{ToJson(record, indented: false, numbers: false)}]");
            CallIntake ndjson = Reading.Ndjson($"\n{ToJson(record, indented: false, numbers: true)}\r\n\n");
            CallIntake csv = Reading.Csv(ToCsv(record));
            Assert.Equal((2, 1, 1), (json.Accepted, json.Repeats, json.EventsOf(0).Count - 1));
            UInt128 hash = Hash(json, 0);
            Assert.Equal(hash, Hash(json, 1));
            Assert.Equal(hash, Hash(ndjson, 0));
            Assert.Equal(hash, Hash(csv, 0));
            AssertHolds(record, json);
        }));

    [Fact]
    public void A_message_of_a_single_call_gives_the_event_that_http_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Records.ToArbitrary(), record =>
        {
            UInt128 hash = Hash(Reading.Json(ToJson(record, indented: false, numbers: true)), 0);
            var message = new CallMessage(new CallMessageLimits());
            Assert.Equal(hash, Hash(message, Encoding.UTF8.GetBytes(ToJson(record, indented: true, numbers: true))));
            Assert.Equal(hash, Hash(message, Encoding.UTF8.GetBytes("\uFEFF" + ToJson(record, indented: false, numbers: false))));
            Assert.Equal(hash, Hash(message, ToMessagePack(record, numbers: true)));
            Assert.Equal(hash, Hash(message, ToMessagePack(record, numbers: false)));
        }));

    [Fact]
    public void A_broken_message_of_a_single_call_is_refused_for_the_reason_that_http_gives()
    {
        (string, string)[][] broken =
        [
            [("switch_id", "s1"), ("call_id", "c1")],
            [("switch_id", "s1"), ("call_id", new string('x', 256)), ("setup_time", "2025-06-15T11:00:00Z")],
            [("switch_id", "s1"), ("call_id", "c1"), ("setup_time", "2025-06-15T11:00:00")],
            [("switch_id", "s1"), ("call_id", "c1"), ("setup_time", "2025-06-15T15:00:00Z")],
            [("switch_id", "s1"), ("call_id", "c1"), ("setup_time", "2025-06-15T11:00:00Z"), ("answer_time", "2025-06-15T11:00:01Z")],
            [("switch_id", "s1"), ("call_id", "c1"), ("setup_time", "2025-06-15T11:00:00Z"), ("duration_ms", "5000")],
            [("switch_id", "s1"), ("call_id", "c1"), ("setup_time", "2025-06-15T11:00:00Z"), ("kind", "over")],
            [("switch_id", "s1"), ("call_id", "c1"), ("setup_time", "2025-06-15T11:00:00Z"), ("source_ip", "192.0.2.1:5060")],
        ];
        var message = new CallMessage(new CallMessageLimits());
        foreach ((string Name, string Value)[] record in broken)
        {
            string json = ToJson(record, indented: false, numbers: true);
            QuarantinedEvent aside = Assert.Single(Reading.Json(json).Quarantined);
            Assert.Equal(QuarantineReason.Invalid, aside.Reason);
            foreach (byte[] bytes in (byte[][])[Encoding.UTF8.GetBytes(json), ToMessagePack(record, numbers: true)])
            {
                Assert.Equal(aside.Reason, message.Read(bytes, Reading.Now.ToUnixTimeMilliseconds()));
                Assert.Equal((aside.Field, aside.Message), (message.Fault.Field, message.Fault.Reason));
            }
        }
    }

    private static UInt128 Hash(CallMessage message, byte[] bytes)
    {
        QuarantineReason reason = message.Read(bytes, Reading.Now.ToUnixTimeMilliseconds());
        Assert.True(reason == QuarantineReason.None, $"{reason}: {message.Fault}");
        Assert.InRange(message.UnknownFields, 0, 1);
        var batch = new CallEventBatch();
        message.Record.CopyTo(batch);
        return CallKey.ContentHash(batch[0], batch.Texts);
    }

    private static UInt128 Hash(CallIntake intake, int row)
    {
        Assert.Empty(intake.Quarantined);
        CallEventBatch batch = intake.EventsOf(0);
        return CallKey.ContentHash(batch[row], batch.Texts);
    }

    /// <summary>What was written is what was read: texts as they are, numbers by their value.</summary>
    private static void AssertHolds((string Name, string Value)[] record, CallIntake intake)
    {
        var values = record.ToDictionary(f => f.Name, f => f.Value);
        CallEvent read = intake.EventsOf(0)[0];
        Assert.Equal(values["switch_id"], Reading.Text(intake, CallEventText.SwitchId));
        Assert.Equal(values["call_id"], Reading.Text(intake, CallEventText.CallId));
        Assert.Equal(values.GetValueOrDefault("forwarded_from", ""), Reading.Text(intake, CallEventText.ForwardedFrom));
        Assert.Equal(int.Parse(values.GetValueOrDefault("attempt", "1"), CultureInfo.InvariantCulture), read.Attempt);
        Assert.Equal(int.Parse(values.GetValueOrDefault("sip_code", "-1"), CultureInfo.InvariantCulture), read.SipCode);
        Assert.Equal(long.Parse(values.GetValueOrDefault("route_revision", "-1"), CultureInfo.InvariantCulture), read.RouteRevision);
        Assert.Equal(values.GetValueOrDefault("final", "true") is "true" or "1", read.Final);
        Assert.Equal(values.GetValueOrDefault("burst", "false") == "true", read.Burst);
        Assert.Equal(values.GetValueOrDefault("kind", "ended") == "ended" ? CallEventKind.Ended : CallEventKind.Started, read.Kind);
        Assert.Equal(Instant(values["setup_time"]), read.SetupMs);
        Assert.Equal(values.TryGetValue("answer_time", out string? answer) ? Instant(answer) : CallEvent.NoInstant, read.AnswerMs);
        Assert.Equal(values.TryGetValue("mos", out string? mos) ? decimal.Parse(mos, CultureInfo.InvariantCulture) * 1000 : -1, read.MosThousandths);
    }

    private static long Instant(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ms)
        ? ms
        : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static (string, string?)[] Times(int setup, int ringing, int duration, bool answered, bool byDuration, int[] spellings)
    {
        long setupMs = Reading.Now.AddDays(-3).ToUnixTimeMilliseconds() + setup;
        long answerMs = setupMs + ringing;
        return
        [
            ("setup_time", Spell(setupMs, spellings[0])),
            ("progress_time", answered ? Spell(setupMs + 5, spellings[1]) : null),
            ("answer_time", answered ? Spell(answerMs, spellings[2]) : null),
            ("end_time", answered && !byDuration ? Spell(answerMs + duration, spellings[3]) : null),
            ("duration_ms", answered && byDuration ? duration.ToString(CultureInfo.InvariantCulture) : answered ? null : "0"),
        ];
    }

    private static string Spell(long ms, int spelling)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(ms);
        return spelling switch
        {
            0 => ms.ToString(CultureInfo.InvariantCulture),
            1 => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            2 => time.ToOffset(TimeSpan.FromHours(-7)).ToString("yyyy-MM-dd HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
            3 => time.ToOffset(new TimeSpan(5, 45, 0)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
            4 => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'0000+00:00'", CultureInfo.InvariantCulture),
            _ => time.ToString("yyyy-MM-dd't'HH:mm:ss.fff'z'", CultureInfo.InvariantCulture),
        };
    }

    private static (string, string)[] Build(string switchId, string callId, string?[] texts, (string, string?)[] others, (string, string?)[] times)
    {
        IEnumerable<(string Name, string? Value)> all =
        [
            ("switch_id", switchId), ("call_id", callId), .. TextFields.Zip(texts), .. others, .. times,
        ];
        return [.. all.Where(f => f.Value is not null).Select(f => (f.Name, f.Value!))];
    }

    private static string ToJson((string Name, string Value)[] record, bool indented, bool numbers)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented }))
        {
            json.WriteStartObject();
            foreach ((string name, string value) in numbers ? record : record.Reverse())
            {
                bool isText = TextFields.Contains(name) || name is "switch_id" or "call_id";
                json.WritePropertyName(name);
                if (!isText && value is "true" or "false")
                {
                    json.WriteBooleanValue(value == "true");
                }
                else if (!isText && numbers && decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
                {
                    json.WriteRawValue(value);
                }
                else
                {
                    json.WriteStringValue(value);
                }
            }

            json.WriteNull("lrn_or_none");
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static byte[] ToMessagePack((string Name, string Value)[] record, bool numbers)
    {
        MessagePackBytes bytes = new MessagePackBytes().Map(record.Length);
        foreach ((string name, string value) in numbers ? record : record.Reverse())
        {
            bool isText = TextFields.Contains(name) || name is "switch_id" or "call_id";
            bytes.Text(name);
            _ = !isText && value is "true" or "false" ? bytes.Bool(value == "true")
                : !isText && numbers && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long whole) ? bytes.Integer(whole)
                : !isText && numbers && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? bytes.Double(number)
                : bytes.Text(value);
        }

        return bytes.ToArray();
    }

    private static string ToCsv((string Name, string Value)[] record)
    {
        using var stream = new MemoryStream();
        using (var csv = new CsvWriter(stream))
        {
            Array.ForEach(record, f => csv.Write(f.Name));
            csv.EndRow();
            Array.ForEach(record, f => csv.Write(f.Value));
            csv.EndRow();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
