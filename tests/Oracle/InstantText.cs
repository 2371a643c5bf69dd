using System.Globalization;

namespace Perimeter.Oracle;

/// <summary>Instants and dates as people and switches write them.</summary>
internal static class InstantText
{
    private static readonly string[] Dates = ["yyyy-MM-dd", "M/d/yyyy"];
    private static readonly string[] LocalTimes = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF"];

    /// <summary>ISO 8601 with an offset, or epoch milliseconds.</summary>
    public static bool TryParse(string text, out long ms)
    {
        if (text.All(char.IsAsciiDigit))
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ms);
        }

        bool ok = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant);
        ms = instant.ToUnixTimeMilliseconds();
        return ok;
    }

    /// <summary>The instant at which something begins; the beginning of time where nothing is written.</summary>
    public static long Effective(string text, TimeZoneInfo zone) => text.Length == 0 ? long.MinValue : Dated(text, zone, 0);

    /// <summary>The first instant at which it is over: a date alone is the last day. The end of time where nothing is written.</summary>
    public static long Expiration(string text, TimeZoneInfo zone) => text.Length == 0 ? long.MaxValue : Dated(text, zone, 1);

    private static long Dated(string text, TimeZoneInfo zone, int daysWhereDateOnly)
    {
        if (DateTime.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date))
        {
            return InZone(date.AddDays(daysWhereDateOnly), zone);
        }

        return DateTime.TryParseExact(text, LocalTimes, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local)
            ? InZone(local, zone)
            : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.None).ToUnixTimeMilliseconds();
    }

    private static long InZone(DateTime local, TimeZoneInfo zone) =>
        new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
}
