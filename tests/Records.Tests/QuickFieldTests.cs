using System.Globalization;
using System.Net;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Records.Tests;

/// <summary>The short ways of fields take what the long ones take, and nothing else.</summary>
public sealed class QuickFieldTests
{
    private const long NowMs = 1_749_985_200_000;

    [Fact]
    public void An_address_is_one_where_the_library_says_so()
    {
        Random random = Seeded();
        CallRecord record = NewRecord();
        CallField field = CallFields.Find("source_ip")!;
        int valid = 0;
        for (int n = 0; n < 20_000; n++)
        {
            string text = string.Join('.', Enumerable.Range(0, random.Next(10) == 0 ? random.Next(1, 6) : 4).Select(_ => random.Next(20) switch
            {
                0 => "",
                1 => "0" + random.Next(300).ToString(CultureInfo.InvariantCulture),
                2 => "x",
                3 => "256",
                4 => ":",
                _ => random.Next(256).ToString(CultureInfo.InvariantCulture),
            }));
            record.Begin(NowMs);
            record.Set(field, FieldValue.Text(Encoding.ASCII.GetBytes(text)));
            Assert.True(record.IsFaulty == (text.Length > 0 && !IPAddress.IsValid(text)), text);
            valid += record.IsFaulty ? 0 : 1;
        }

        Assert.InRange(valid, 5_000, 19_000);
    }

    [Fact]
    public void A_score_is_read_as_a_decimal_number_is()
    {
        Random random = Seeded();
        CallRecord record = NewRecord();
        CallField field = CallFields.Find("mos")!;
        int valid = 0;
        for (int n = 0; n < 20_000; n++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(place => place == 1 && random.Next(5) > 0 ? '.' : "0123456789.-e/:"[random.Next(random.Next(4) > 0 ? 10 : 15)]));
            bool isNumber = FixedPoint.TryParse(text, 3, out long thousandths) && thousandths is >= 1000 and <= 5000;
            record.Begin(NowMs);
            record.Set(field, FieldValue.Text(Encoding.ASCII.GetBytes(text)));
            Assert.True(record.IsFaulty != isNumber, text);
            Assert.Equal(isNumber ? (int)thousandths : -1, record.Event.MosThousandths);
            valid += isNumber ? 1 : 0;
        }

        Assert.InRange(valid, 2_000, 18_000);
    }

    [Fact]
    public void A_text_that_was_looked_at_is_checked_for_its_length_all_the_same()
    {
        CallRecord record = NewRecord();
        foreach (CallField field in CallFields.All)
        {
            foreach (int length in (int[])[1, 8, 32, 45, 64, 100, 128, 255, 256])
            {
                byte[] text = Encoding.ASCII.GetBytes(new string('1', length));
                record.Begin(NowMs, isPlain: true);
                record.Set(field, FieldValue.Text(text));
                (bool isFaulty, RecordFault fault) = (record.IsFaulty, record.Fault);
                record.Begin(NowMs);
                record.Set(field, FieldValue.Text(text));
                Assert.Equal((record.IsFaulty, record.Fault), (isFaulty, fault));
            }
        }
    }

    private static CallRecord NewRecord() => new(TimeSpan.FromHours(1), new InstantText(TimeZoneInfo.Utc));

    private static Random Seeded()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        return new Random(seed);
    }
}
