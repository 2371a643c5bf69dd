using System.Text;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Records;

namespace Perimeter.Ingest.Tests.Switches;

public sealed class SecondsTests
{
    [Theory]
    [InlineData("1749985200", 1749985200000)]
    [InlineData("1749985200.", 1749985200000)]
    [InlineData("+1749985200.1", 1749985200100)]
    [InlineData("1749985200.25", 1749985200250)]
    [InlineData("001749985200.2567890123456789", 1749985200256)]
    [InlineData("0", CallEvent.NoInstant)]
    [InlineData("-0.0", CallEvent.NoInstant)]
    [InlineData("0.0000001", CallEvent.NoInstant)]
    [InlineData("", CallEvent.NoInstant)]
    public void Seconds_with_or_without_a_fraction_are_an_instant_and_nought_is_none(string text, long expectedMs)
    {
        CallRecord record = Set(text);
        Assert.False(record.IsFaulty);
        Assert.Equal(expectedMs, record.Event.SetupMs);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData(".5")]
    [InlineData("1749985200,5")]
    [InlineData("1749985200.5.5")]
    [InlineData("1749985200.5s")]
    [InlineData(" 1749985200")]
    [InlineData("1749985200 ")]
    [InlineData("--1")]
    [InlineData("9223372036854775")]
    [InlineData("18446744073709551617")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("yesterday")]
    public void What_else_there_is_in_place_of_seconds_is_told(string text) =>
        Assert.Equal(new RecordFault("setup_time", $"must be seconds since 1970; it is '{text}'"), Set(text).Fault);

    private static CallRecord Set(string text)
    {
        CallRecord record = new(TimeSpan.FromHours(1), new InstantText(TimeZoneInfo.Utc));
        record.Begin(1749985200000);
        record.SetSeconds(Fields.SetupTime, Encoding.UTF8.GetBytes(text));
        return record;
    }
}
