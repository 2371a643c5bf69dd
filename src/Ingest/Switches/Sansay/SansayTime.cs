using System.Buffers.Binary;
using System.Buffers.Text;
using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>A time such as "Mon Dec 15 11:38:34 2003", on a clock so many minutes west of Greenwich. The day of the last one is known: mostly the next is of the same.</summary>
internal sealed class SansayTime
{
    private const long MsPerMinute = 60_000;
    private const int UsualLength = 24;
    private const int DayAt = 7;
    private const int TimeAt = 11;
    private const int TimeEnd = TimeAt + TimeOfDay.Bytes;
    private const int YearAt = 20;

    private (ulong Begin, ulong End) _day;
    private long _dayMs;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>West of Greenwich the clock is behind: its minutes are added.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, int minutesWest, out long utcMs)
    {
        if (text.Length != UsualLength || text[TimeEnd] != ' ' || !TimeOfDay.TryRead(text[TimeAt..], out long timeMs))
        {
            return TryReadAny(text, minutesWest, out utcMs);
        }

        // Weekday and month; the day with the blanks around it, and the year.
        (ulong Begin, ulong End) day = (BinaryPrimitives.ReadUInt64LittleEndian(text),
            ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[DayAt..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(text[YearAt..]));
        if (day != _day)
        {
            if (!TryReadAny(text, minutesWest: 0, out long ms))
            {
                utcMs = 0;
                return false;
            }

            _day = day;
            _dayMs = ms - timeMs;
        }

        utcMs = _dayMs + timeMs + (minutesWest * MsPerMinute);
        return true;
    }

    private static bool TryReadAny(ReadOnlySpan<byte> text, int minutesWest, out long utcMs)
    {
        utcMs = 0;
        Span<Range> parts = stackalloc Range[6];
        int count = 0;
        for (int at = 0; at < text.Length;)
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }

            int length = text[at..].IndexOf((byte)' ');
            int end = length < 0 ? text.Length : at + length;
            if (count == parts.Length)
            {
                return false;
            }

            parts[count++] = at..end;
            at = end;
        }

        if (count != 5 || text[parts[1]].Length != 3 || text[parts[3]].Length != 8)
        {
            return false;
        }

        ReadOnlySpan<byte> time = text[parts[3]];
        int month = Months.IndexOf(text[parts[1]]);
        if (month < 0 || month % 3 != 0 || time[2] != ':' || time[5] != ':' || !TryNumber(text[parts[2]], out int day) || !TryNumber(text[parts[4]], out int year)
            || !TryNumber(time[..2], out int hour) || !TryNumber(time[3..5], out int minute) || !TryNumber(time[6..], out int second)
            || year is < 1970 or > 9998 || day < 1 || day > DateTime.DaysInMonth(year, (month / 3) + 1) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var clock = new DateTime(year, (month / 3) + 1, day, hour, minute, second, DateTimeKind.Utc);
        utcMs = ((clock - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond) + (minutesWest * MsPerMinute);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(digits, out number, out _);
    }
}
