using System.Globalization;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Records.Tests;

public sealed class CallMessageTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = new(2025, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private static readonly long NowMs = Now.ToUnixTimeMilliseconds();

    private const string Good =
        """{"switch_id":"s1","call_id":"c1","setup_time":"2025-06-15T11:00:00Z","answer_time":"2025-06-15T11:00:10Z","end_time":"2025-06-15T11:01:10Z","mos":4.37}""";

    private static MessagePackBytes Key(int pairs) => new MessagePackBytes().Map(pairs).Text("switch_id").Text("s1").Text("call_id").Text("c1")
        .Text("setup_time").Text("2025-06-15T11:00:00Z");

    /// <summary>Messages byte for byte, as docs/call-events.md tells of them, and what they are read as.</summary>
    [Fact]
    public void Golden_messages_are_read_as_they_always_were()
    {
        string[] lines = [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "call-messages.txt")).Where(line => line.Length > 0 && line[0] != '#')];
        Assert.NotEmpty(lines);
        foreach (string[] pair in lines.Chunk(2))
        {
            byte[] message = pair[0][0] == '{' ? Encoding.UTF8.GetBytes(pair[0]) : Convert.FromHexString(pair[0].Replace(" ", "", StringComparison.Ordinal));
            Assert.Equal(pair[1], Told(new CallMessage(new CallMessageLimits()), message));
        }
    }

    [Fact]
    public void Every_spelling_of_a_value_is_the_same_value()
    {
        var message = new CallMessage(new CallMessageLimits());
        string expected = Told(message, Encoding.UTF8.GetBytes(
            """{"switch_id":"s1","call_id":"c1","setup_time":1749985200123,"attempt":3,"pdd_ms":70000,"mos":4.25,"final":true,"dnis":"4930123"}"""));
        int[] widths = [0, 1, 2, 4, 8];
        long setupMs = 1_749_985_200_123;
        for (int spelling = 0; spelling < 80; spelling++)
        {
            int width = widths[spelling % widths.Length];
            var bytes = new MessagePackBytes().Map(8, width: spelling % 3 == 0 ? 0 : spelling % 3 == 1 ? 2 : 4);
            Name(bytes, "switch_id", spelling).Text("s1", Math.Min(width, 4));
            Name(bytes, "call_id", spelling).Binary("c1");
            Name(bytes, "setup_time", spelling);
            _ = (spelling / 5 % 4) switch
            {
                0 => bytes.Integer(setupMs, 8, signed: spelling % 2 == 0),
                1 => bytes.Double(setupMs),
                2 => bytes.Timestamp(setupMs, spelling % 2 == 0 ? 8 : 12),
                _ => bytes.Text("2025-06-15T13:00:00.123+02:00"),
            };
            _ = spelling % 4 == 3 ? Name(bytes, "attempt", spelling).Text("3") : Name(bytes, "attempt", spelling).Integer(3, width, signed: spelling % 2 == 0);
            Name(bytes, "pdd_ms", spelling).Integer(70_000, width, signed: spelling % 2 == 0);
            _ = (spelling % 3) switch
            {
                0 => Name(bytes, "mos", spelling).Float(4.25f),
                1 => Name(bytes, "mos", spelling).Double(4.25),
                _ => Name(bytes, "mos", spelling).Text("4.25"),
            };
            _ = spelling % 2 == 0 ? Name(bytes, "final", spelling).Bool(true) : Name(bytes, "final", spelling).Integer(1);
            _ = spelling % 2 == 0 ? Name(bytes, "dnis", spelling).Integer(4_930_123) : Name(bytes, "dnis", spelling).Text("4930123");
            Assert.Equal(expected, Told(message, bytes.ToArray()));
        }

        static MessagePackBytes Name(MessagePackBytes bytes, string name, int spelling) => bytes.Text(name, spelling % 4 == 3 ? 0 : spelling % 4);
    }

    [Theory]
    [InlineData(4.37f, 4370)]
    [InlineData(1f, 1000)]
    [InlineData(4.1f, 4100)]
    public void A_float_is_the_number_that_a_person_would_write_for_it(float mos, int thousandths)
    {
        var message = new CallMessage(new CallMessageLimits());
        Assert.Equal(QuarantineReason.None, message.Read(Key(4).Text("mos").Float(mos).ToArray(), NowMs));
        Assert.Equal(thousandths, message.Record.Event.MosThousandths);
        Assert.Equal(QuarantineReason.None, message.Read(Key(4).Text("mos").Double(thousandths / 1000.0).ToArray(), NowMs));
        Assert.Equal(thousandths, message.Record.Event.MosThousandths);
    }

    [Fact]
    public void Unknown_fields_are_passed_over_however_deep_and_counted()
    {
        var message = new CallMessage(new CallMessageLimits());
        byte[] pack = Key(9)
            .Text("vendor_data").Map(2).Text("deep").Array(3).Map(1).Integer(1).Nil().Nil().Array(0).Text("x").Binary("y")
            .Integer(7).Text("a number as a name")
            .Array(1).Integer(1).Bool(true)
            .Text("ext").Raw(0xD4, 0x05, 0x00)
            .Text("when").Timestamp(NowMs, 8)
            .Text("ani").Nil().ToArray();
        Assert.Equal((QuarantineReason.None, 5), (message.Read(pack, NowMs), message.UnknownFields));
        byte[] json = Encoding.UTF8.GetBytes(Good.Replace("\"mos\"", "\"vendor_data\":{\"deep\":[{\"1\":null},null,[]],\"x\":\"y\"},\"7\":null,\"mos\"", StringComparison.Ordinal));
        Assert.Equal((QuarantineReason.None, 2), (message.Read(json, NowMs), message.UnknownFields));
        Assert.Equal((QuarantineReason.None, 0), (message.Read(Encoding.UTF8.GetBytes(Good), NowMs), message.UnknownFields));
    }

    public static TheoryData<byte[], QuarantineReason, string, string> Bad() => new()
    {
        { [], QuarantineReason.Unreadable, "", "the message is empty" },
        { " \n"u8.ToArray(), QuarantineReason.Unreadable, "", "the message is empty" },
        { "[{}]"u8.ToArray(), QuarantineReason.Unreadable, "", "the message is no JSON object, no MessagePack map and no frame of events: it begins with the byte 0x5B" },
        { [0x93, 1, 2, 3], QuarantineReason.Unreadable, "", "the message is no JSON object, no MessagePack map and no frame of events: it begins with the byte 0x93" },
        { "{\"switch_id\":\"s1\""u8.ToArray(), QuarantineReason.Unreadable, "", "the message is no JSON from byte 18 on" },
        { Encoding.UTF8.GetBytes(Good + "{}"), QuarantineReason.Unreadable, "", $"something stands behind the object, from byte {Good.Length + 1} of the message on" },
        { [.. "{\"switch_id\":\""u8, 0xFF, .. "\"}"u8], QuarantineReason.Unreadable, "", "the message is not UTF-8" },
        { Encoding.UTF8.GetBytes(Good.Replace("\"c1\"", "\"c\\u0001\"", StringComparison.Ordinal)), QuarantineReason.Invalid, "call_id", "holds a control character; it is 'c\uFFFD'" },
        { Key(3).Nil().ToArray(), QuarantineReason.Unreadable, "", "1 bytes stand behind the map, from byte 58 of the message on" },
        { Key(4).Text("ani").Raw(0xC1).ToArray(), QuarantineReason.Unreadable, "", "the message is no MessagePack from byte 62 on, in field 4 of 4: the bytes end in the middle of a value, or are none" },
        { Key(4).Text("x").Raw(0xDD, 0xFF, 0xFF, 0xFF, 0xFF).ToArray(), QuarantineReason.Unreadable, "", "the message is no MessagePack from byte 60 on, in field 4 of 4: the bytes end in the middle of a value, or are none" },
        { Key(4).Text("x").Raw(0xDD, 0x7F, 0xFF, 0xFF, 0xFF).ToArray(), QuarantineReason.Unreadable, "", "the message is no MessagePack from byte 60 on, in field 4 of 4: the bytes end in the middle of a value, or are none" },
        { Key(5).ToArray(), QuarantineReason.Unreadable, "", "the message is no MessagePack from byte 58 on, in field 4 of 5: the bytes end in the middle of a value, or are none" },
        { Key(4).Text("ani").Text([0xFF, 0xFE]).ToArray(), QuarantineReason.Invalid, "ani", "is not UTF-8" },
        { Key(4).Text("attempt").Integer(-1).ToArray(), QuarantineReason.Invalid, "attempt", "must be a whole number from 1 to 65535; it is '-1'" },
        { Key(4).Text("attempt").Double(1.5).ToArray(), QuarantineReason.Invalid, "attempt", "must be a whole number from 1 to 65535; it is '1.5'" },
        { Key(4).Text("mos").Double(double.NaN).ToArray(), QuarantineReason.Invalid, "mos", "must be a number from 1 to 5 with up to 3 decimals; it is 'NaN'" },
        { Key(4).Text("route_revision").Raw(0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF).ToArray(), QuarantineReason.Invalid, "route_revision", "must be a whole number from 0 up; it is '18446744073709551615'" },
        { Key(4).Text("end_time").Raw(0xD5, 0x01, 0, 0).ToArray(), QuarantineReason.Invalid, "end_time", "must be a time; it is an object or an array" },
        { Key(4).Text("end_time").Raw(0xC7, 12, 0xFF, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF).ToArray(), QuarantineReason.Invalid, "end_time", "must be a time; it is an object or an array" },
        { Key(4).Text("ani").Array(1).Nil().ToArray(), QuarantineReason.Invalid, "ani", "must be text; it is an object or an array" },
        { Key(4).Text("call_id").Text("c2").ToArray(), QuarantineReason.Invalid, "call_id", "is there twice" },
        { Key(4).Text("duration_ms").Integer(1000).ToArray(), QuarantineReason.Invalid, "answer_time", "is missing, but duration_ms is 1000" },
        { Encoding.UTF8.GetBytes("{" + new string(' ', 64 << 10) + "}"), QuarantineReason.Unreadable, "", "the message is 65538 bytes long; the limit is 65536" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_message_is_refused_with_the_field_and_the_reason(byte[] bytes, QuarantineReason reason, string field, string text)
    {
        var message = new CallMessage(new CallMessageLimits());
        Assert.Equal(reason, message.Read(bytes, NowMs));
        Assert.Equal(new RecordFault(field, text), message.Fault);
    }

    [Fact]
    public void Times_are_checked_against_the_instant_that_the_log_took_the_message_at_and_not_against_the_clock()
    {
        var message = new CallMessage(new CallMessageLimits());
        byte[] bytes = Encoding.UTF8.GetBytes(Good);
        Assert.Equal(QuarantineReason.None, message.Read(bytes, NowMs - (110 * 60_000)));
        Assert.Equal(QuarantineReason.Invalid, message.Read(bytes, NowMs - (121 * 60_000)));
        Assert.Equal("setup_time", message.Fault.Field);
    }

    /// <summary>Whatever becomes of the bytes on the way, reading them ends, in one of the outcomes, and the same for the same bytes.</summary>
    [Fact]
    public void Damaged_messages_are_read_to_an_end()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[][] whole = [Encoding.UTF8.GetBytes(Good), Key(6).Text("mos").Double(4.5).Text("more").Array(2).Map(1).Nil().Nil().Integer(-7).Text("end_time").Timestamp(NowMs, 12).ToArray()];
        var message = new CallMessage(new CallMessageLimits());
        var other = new CallMessage(new CallMessageLimits());
        int good = 0;
        for (int round = 0; round < 200_000; round++)
        {
            byte[] bytes = [.. whole[round % whole.Length]];
            for (int change = random.Next(4); change >= 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = bytes[random.Next(8) == 0 ? random.Next(bytes.Length).. : ..(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)];
            string told = Told(message, bytes);
            Assert.Equal(told, Told(other, bytes));
            if (bytes is [(byte)'{', ..] && !told.StartsWith("Unreadable", StringComparison.Ordinal))
            {
                // With a line's end behind it, it is read by the library.
                Assert.Equal(told, Told(other, [.. bytes, (byte)'\n']));
            }

            good += told.StartsWith("None", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(good, 1, 199_999);
    }

    [Fact]
    public void Good_messages_allocate_nothing()
    {
        byte[] json = Encoding.UTF8.GetBytes(Good);
        byte[] pack = Key(6).Text("mos").Double(4.5).Text("attempt").Integer(3).Text("end_time").Timestamp(NowMs, 12).ToArray();
        var message = new CallMessage(new CallMessageLimits());
        var batch = new CallEventBatch();
        // The least of some rounds: what the runtime allocates while it compiles the code again is not the code's.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                ReadAll();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void ReadAll()
        {
            batch.Clear();
            bool good = message.Read(json, NowMs) == QuarantineReason.None;
            message.Record.CopyTo(batch);
            good &= message.Read(pack, NowMs) == QuarantineReason.None;
            message.Record.CopyTo(batch);
            Assert.True(good);
        }
    }

    /// <summary>
    /// How many messages one core reads in a second, by form. Not part of a plain run, since it says something of an idle machine only:
    /// <c>dotnet run --project tests/Records.Tests -c Release -- -explicit only -showliveoutput</c>.
    /// </summary>
    [Fact(Explicit = true)]
    public void Messages_are_read_at_a_quarter_million_a_second_by_one_core()
    {
        string json = """{"switch_id":"sw1","call_id":"0000002a-7f3a@192.0.2.1","attempt":1,"trunk_group_a":"cust-12","trunk_group_b":"vend-12","ani":"14155550042","dnis":"493000000042","setup_time":"2025-06-15T11:00:00.123Z","answer_time":"2025-06-15T11:00:07.456Z","end_time":"2025-06-15T11:02:00.789Z","sip_code":200,"pdd_ms":1300,"released_by":"caller","codec":"PCMU"}""";
        byte[] pack = new MessagePackBytes().Map(14).Text("switch_id").Text("sw1").Text("call_id").Text("0000002a-7f3a@192.0.2.1").Text("attempt").Integer(1)
            .Text("trunk_group_a").Text("cust-12").Text("trunk_group_b").Text("vend-12").Text("ani").Text("14155550042").Text("dnis").Text("493000000042")
            .Text("setup_time").Integer(1_749_985_200_123).Text("answer_time").Integer(1_749_985_207_456).Text("end_time").Integer(1_749_985_320_789)
            .Text("sip_code").Integer(200).Text("pdd_ms").Integer(1300).Text("released_by").Text("caller").Text("codec").Text("PCMU").ToArray();
        foreach ((string form, byte[] bytes) in new[] { ("JSON", Encoding.UTF8.GetBytes(json)), ("MessagePack", pack) })
        {
            var message = new CallMessage(new CallMessageLimits());
            var batch = new CallEventBatch();
            long count = 0;
            long start = 0;
            for (bool warm = false; !warm || TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(2);)
            {
                batch.Clear();
                for (int i = 0; i < 4096; i++)
                {
                    Assert.Equal(QuarantineReason.None, message.Read(bytes, NowMs));
                    message.Record.CopyTo(batch);
                }

                count += 4096;
                if (!warm && count > 1_000_000)
                {
                    (warm, count, start) = (true, 0, TimeProvider.System.GetTimestamp());
                }
            }

            double perSecond = count / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{form}: {perSecond:N0} messages/s of {bytes.Length} bytes"));
            Assert.InRange(perSecond, 250_000, double.MaxValue);
        }
    }

    private static string Told(CallMessage message, byte[] bytes)
    {
        QuarantineReason reason = message.Read(bytes, NowMs);
        if (reason != QuarantineReason.None)
        {
            return $"{reason} {message.Fault.Field} {message.Fault.Reason}";
        }

        var batch = new CallEventBatch();
        message.Record.CopyTo(batch);
        CallEvent e = batch[0];
        var texts = new List<string>();
        foreach (CallEventText text in CallEventTexts.All)
        {
            if (batch.Texts.GetString(CallEventTexts.Of(ref e, text)) is { Length: > 0 } value)
            {
                texts.Add($"{text}={value}");
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"None {e.Kind} {e.Attempt} {e.Final} {e.Burst} {At(e.SetupMs)} {At(e.ProgressMs)} {At(e.AnswerMs)} {At(e.EndMs)} {At(e.AnswerBMs)} {At(e.EndBMs)} {e.SipCode} {e.SourcePort} {e.PddMs} {e.MosThousandths} {e.RouteRevision} {string.Join(' ', texts)} unknown={message.UnknownFields}");
    }

    private static string At(long instantMs) => instantMs == CallEvent.NoInstant ? "-" : instantMs.ToString(CultureInfo.InvariantCulture);
}
