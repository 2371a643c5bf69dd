using System.Globalization;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Records.Tests;

/// <summary>A number that is handed over as one becomes what its digits become, in every field.</summary>
public sealed class NumberTests
{
    private const long NowMs = 1749985200000;

    private static readonly long[] Numbers =
    [
        long.MinValue, -NowMs, -1, 0, 1, 99, 100, 200, 699, 700, 65_535, 65_536, CallFields.MaxPddMs, CallFields.MaxPddMs + 1, CallEvent.MaxDurationMs, CallEvent.MaxDurationMs + 1,
        946_684_799_999, 946_684_800_000, NowMs, NowMs + 3_600_000, NowMs + 3_600_001, NowMs + 86_400_000, NowMs * 1000, long.MaxValue,
    ];

    [Fact]
    public void Every_field_takes_it_or_tells_the_same_fault()
    {
        foreach (CallField field in CallFields.All)
        {
            foreach (long number in Numbers)
            {
                Assert.Equal(Read(record => record.Set(field, FieldValue.Text(Digits(number)))), Read(record => record.Set(field, number)));
            }
        }
    }

    [Fact]
    public void A_second_one_for_the_same_field_is_a_fault()
    {
        CallField field = CallFields.Find("setup_time")!;
        Assert.Contains("is there twice", Read(record =>
        {
            record.Set(field, FieldValue.Text(Digits(NowMs)));
            record.Set(field, NowMs);
        }));
        Assert.Contains("is there twice", Read(record =>
        {
            record.Set(field, NowMs);
            record.Set(field, FieldValue.Text(Digits(NowMs)));
        }));
    }

    private static byte[] Digits(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static string Read(Action<CallRecord> set)
    {
        CallRecord record = new(TimeSpan.FromHours(1), new InstantText(TimeZoneInfo.Utc));
        record.Begin(NowMs);
        set(record);
        string has = string.Join(' ', CallFields.All.Where(record.Has).Select(field => field.Name));
        string texts = string.Join(' ', Enum.GetValues<CallEventText>().Select(text => record.Texts.GetString(CallEventTexts.Of(ref record.Event, text))));
        CallEvent e = record.Event;
        return $"{record.Fault} | {has} | {texts} | {e.Attempt} {e.SourcePort} {e.SetupMs} {e.ProgressMs} {e.AnswerMs} {e.EndMs} {e.AnswerBMs} {e.EndBMs} {record.DurationMs} {e.SipCode} {e.PddMs} "
            + $"{e.MosThousandths} {e.RouteRevision} {e.Final} {e.Burst} {e.Kind}";
    }
}
