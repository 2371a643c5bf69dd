using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Records.Tests;

public sealed class InstantTextTests
{
    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("2000-02-29T23:59:59.999Z", 951868799999)]
    [InlineData("2025-06-15T11:00:00+02:00", 1749978000000)]
    [InlineData("2025-06-15T11:00:00+0200", 1749978000000)]
    [InlineData("2025-06-15T11:00:00+02", 1749978000000)]
    [InlineData("2025-06-15 11:00:00-00:30", 1749987000000)]
    [InlineData("2025-06-15T11:00:00.1Z", 1749985200100)]
    [InlineData("2025-06-15T11:00:00,12Z", 1749985200120)]
    [InlineData("2025-06-15T11:00:00.123999999Z", 1749985200123)]
    [InlineData("1749985200123", 1749985200123)]
    [InlineData("-5", -5)]
    public void An_instant_is_read_to_the_millisecond_and_what_is_finer_is_cut_off(string text, long expected)
    {
        Assert.Equal(InstantFault.None, Parse(text, null, out long ms));
        Assert.Equal(expected, ms);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2025-06-15")]
    [InlineData("2025-06-15T11:00Z")]
    [InlineData("2025-13-01T00:00:00Z")]
    [InlineData("2025-06-31T00:00:00Z")]
    [InlineData("2023-02-29T00:00:00Z")]
    [InlineData("2025-06-15T11:60:00Z")]
    [InlineData("2025-06-15T11:00:60Z")]
    [InlineData("2025-06-15T11:00:00.Z")]
    [InlineData("2025-06-15T11:00:00.1234567890123Z")]
    [InlineData("2025-06-15T11:00:00X")]
    [InlineData("2025-06-15T11:00:00+2:00")]
    [InlineData("2025-06-15T11:00:00+02:60")]
    [InlineData("2025-06-15T11:00:00 +02:00")]
    [InlineData("+1749985200123")]
    [InlineData("1749985200123.5")]
    [InlineData("99999999999999999999")]
    [InlineData("0000-01-01T00:00:00Z")]
    public void What_is_no_instant_is_refused(string text) => Assert.Equal(InstantFault.Malformed, Parse(text, null, out _));

    [Fact]
    public void Every_day_of_four_centuries_is_counted_as_the_calendar_counts_it()
    {
        for (DateTime day = new(1890, 1, 1); day.Year < 2300; day = day.AddDays(1))
        {
            Assert.Equal(InstantFault.None, Parse(day.ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture), null, out long ms));
            Assert.Equal((long)(day - DateTime.UnixEpoch).TotalMilliseconds, ms);
        }
    }

    [Fact]
    public void A_time_without_an_offset_needs_the_zone_that_the_operator_states()
    {
        Assert.Equal(InstantFault.NoZone, Parse("2025-06-15T11:00:00", null, out _));
        TimeZoneInfo newYork = NewYork();
        Assert.Equal(InstantFault.None, Parse("2025-06-15T11:00:00", newYork, out long summer));
        Assert.Equal(1749999600000, summer);
        Assert.Equal(InstantFault.None, Parse("2025-06-15T11:00:00Z", newYork, out long stated));
        Assert.Equal(1749985200000, stated);
    }

    [Fact]
    public void An_hour_that_came_twice_or_never_is_not_guessed()
    {
        var times = new InstantText(NewYork());
        Assert.Equal(InstantFault.None, times.Parse("2025-11-02T00:59:59.999"u8, out long before));
        Assert.Equal(InstantFault.Ambiguous, times.Parse("2025-11-02T01:00:00"u8, out _));
        Assert.Equal(InstantFault.Ambiguous, times.Parse("2025-11-02T01:59:59"u8, out _));
        Assert.Equal(InstantFault.None, times.Parse("2025-11-02T02:00:00"u8, out long after));
        Assert.Equal((2 * 3600 * 1000) + 1, after - before);
        Assert.Equal(InstantFault.Skipped, times.Parse("2025-03-09T02:30:00"u8, out _));
        Assert.Equal(InstantFault.None, times.Parse("2025-03-09T03:00:00"u8, out _));
    }

    [Fact]
    public void Local_times_agree_with_the_zone_over_a_year_of_quarters()
    {
        TimeZoneInfo zone = NewYork();
        var times = new InstantText(zone);
        for (DateTime local = new(2025, 1, 1); local.Year < 2026; local = local.AddMinutes(7))
        {
            InstantFault fault = times.Parse(Encoding.ASCII.GetBytes(local.ToString("yyyy-MM-dd' 'HH:mm:ss", CultureInfo.InvariantCulture)), out long ms);
            if (fault == InstantFault.None)
            {
                Assert.Equal(TimeZoneInfo.ConvertTimeToUtc(local, zone), DateTime.UnixEpoch.AddMilliseconds(ms));
            }
            else
            {
                Assert.True(zone.IsAmbiguousTime(local) || zone.IsInvalidTime(local));
            }
        }
    }

    [Fact]
    public void The_usual_form_is_read_as_the_general_way_reads_it_with_any_byte_changed()
    {
        // Twelve digits of a fraction, of which three count, go the general way and mean the same.
        Gen<byte[]> changed =
            from day in Gen.Elements("2025-06-15", "2024-02-29", "2023-02-29", "1969-12-31", "2025-06-31", "0000-01-01", "2025-00-10")
            from time in Gen.Elements("T00:00:00", "T23:59:59", "T24:00:00", "T23:60:00", "T23:59:60", "t09:08:07", " 19:28:37", "T10:59:09")
            from fraction in Gen.Choose(0, 999)
            from end in Gen.Elements("Z", "z", "+", "0")
            from at in Gen.Choose(0, 200)
            from to in Gen.OneOf(Gen.Choose(0, 255), Gen.Choose('0' - 2, '9' + 2))
            select Changed(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{day}{time}.{fraction:000}{end}")), at, (byte)to);
        var times = new InstantText(null);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(changed.ToArbitrary(), text =>
        {
            InstantFault fault = times.Parse(text, out long ms);
            InstantFault general = new InstantText(null).Parse([.. text[..^1], .. "000000000"u8, text[^1]], out long expected);
            return text[^1] is not ((byte)'Z' or (byte)'z') || !text[20..23].All(static digit => char.IsAsciiDigit((char)digit)) || (fault == general && ms == expected);
        }));
    }

    [Fact]
    public void Digits_of_the_usual_form_are_each_looked_at()
    {
        var times = new InstantText(null);
        byte[] good = "2025-06-15T11:22:33.456Z"u8.ToArray();
        Assert.Equal(InstantFault.None, times.Parse(good, out long ms));
        Assert.Equal(1749986553456, ms);
        for (int at = 0; at < good.Length; at++)
        {
            for (int to = 0; to < 256; to++)
            {
                byte[] text = Changed(good, at, (byte)to);
                bool isDigit = char.IsAsciiDigit((char)to);
                bool canBe = at is 10 ? to is 'T' or 't' or ' ' : at is 19 ? to is '.' or ',' : at is 23 ? to is 'Z' or 'z' : at is 4 or 7 or 13 or 16 ? to == good[at] : isDigit;
                if (at is 0 || (at is 4 && to != '-'))
                {
                    continue;
                }

                InstantFault fault = times.Parse(text, out _);
                Assert.True(canBe || fault != InstantFault.None, $"byte {at} as {to} was taken");
            }
        }
    }

    private static byte[] Changed(byte[] text, int at, byte to)
    {
        byte[] changed = [.. text];
        if (at < changed.Length)
        {
            changed[at] = to;
        }

        return changed;
    }

    private static TimeZoneInfo NewYork()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById("America/New_York", out TimeZoneInfo? zone))
        {
            Assert.Skip("This machine has no time zone data (package tzdata).");
        }

        return zone;
    }

    private static InstantFault Parse(string text, TimeZoneInfo? zone, out long ms) => new InstantText(zone).Parse(Encoding.UTF8.GetBytes(text), out ms);
}
