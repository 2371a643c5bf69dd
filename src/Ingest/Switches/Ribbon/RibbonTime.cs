using System.Buffers.Text;

namespace Perimeter.Ingest.Switches;

/// <summary>A date mm/dd/yyyy and a time hh:mm:ss.d, both local.</summary>
internal static class RibbonTime
{
    /// <summary>Bytes of what <see cref="TryWrite"/> writes.</summary>
    public const int IsoBytes = 21;

    private const int DateBytes = 10;
    private const int TimeBytes = 10;

    /// <summary>Writes it as yyyy-mm-ddThh:mm:ss.d, and tells its milliseconds on the clock of the wall.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> date, ReadOnlySpan<byte> time, Span<byte> iso, out long wallMs)
    {
        wallMs = 0;
        if (date.Length != DateBytes || date[2] != '/' || date[5] != '/' || time.Length != TimeBytes || time[2] != ':' || time[5] != ':' || time[8] != '.'
            || !TryRead(date[6..10], out int year) || !TryRead(date[..2], out int month) || !TryRead(date[3..5], out int day)
            || !TryRead(time[..2], out int hour) || !TryRead(time[3..5], out int minute) || !TryRead(time[6..8], out int second) || !TryRead(time[9..], out int tenth)
            || year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        date[6..10].CopyTo(iso);
        iso[4] = (byte)'-';
        date[..2].CopyTo(iso[5..]);
        iso[7] = (byte)'-';
        date[3..5].CopyTo(iso[8..]);
        iso[10] = (byte)'T';
        time.CopyTo(iso[11..]);
        wallMs = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).Ticks / TimeSpan.TicksPerMillisecond) + (tenth * 100);
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> digits, out int number) =>
        Utf8Parser.TryParse(digits, out number, out int used) && used == digits.Length && number >= 0 && digits[0] is >= (byte)'0' and <= (byte)'9';
}
