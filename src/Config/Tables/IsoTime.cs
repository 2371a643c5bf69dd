namespace Perimeter.Config;

/// <summary>An ISO 8601 date or date and time, as written: not yet an instant where it has no offset.</summary>
/// <param name="WallMs">Milliseconds since 1970-01-01T00:00 on the clock of whoever wrote it; finer digits are cut off.</param>
/// <param name="OffsetMinutes">East of Greenwich; null where none is written.</param>
/// <param name="IsDate">Only a date is written.</param>
public readonly record struct IsoTime(long WallMs, int? OffsetMinutes, bool IsDate)
{
    private const int MsPerMinute = 60_000;
    private const long MsPerDay = 86_400_000;

    /// <summary>The widest offset that any place uses, with room: 18 hours.</summary>
    private const int MaxOffsetMinutes = 18 * 60;

    /// <summary>The instant in UTC; a time without an offset is taken as UTC.</summary>
    public long UtcMs => WallMs - ((OffsetMinutes ?? 0) * (long)MsPerMinute);

    /// <summary>Reads YYYY-MM-DD, alone or followed by T or a space and HH:MM[:SS[.fff]] and maybe Z or an offset (+HH:MM, +HHMM, +HH).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out IsoTime time)
    {
        time = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text, 0, 4, out int year) || !TryDigits(text, 5, 2, out int month) || !TryDigits(text, 8, 2, out int day)
            || !TryDays(year, month, day, out long days))
        {
            return false;
        }

        if (text.Length == 10)
        {
            time = new IsoTime(days * MsPerDay, null, true);
            return true;
        }

        if ((text[10] | 0x20) != 't' && text[10] != ' ')
        {
            return false;
        }

        if (!TryClock(text[11..], out int ms, out int used))
        {
            return false;
        }

        ReadOnlySpan<byte> zone = text[(11 + used)..];
        int? offset = null;
        if (!zone.IsEmpty)
        {
            if (!TryOffset(zone, out int minutes))
            {
                return false;
            }

            offset = minutes;
        }

        time = new IsoTime((days * MsPerDay) + ms, offset, false);
        return true;
    }

    /// <summary>Days since 1970-01-01 of a date of the Gregorian calendar.</summary>
    /// <returns>False where there is no such date.</returns>
    public static bool TryDays(int year, int month, int day, out long days)
    {
        days = 0;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        // Years begin in March here, so that the leap day is the last day of a year.
        int shiftedYear = month <= 2 ? year - 1 : year;
        int shiftedMonth = month <= 2 ? month + 9 : month - 3;
        int dayOfYear = (((153 * shiftedMonth) + 2) / 5) + day - 1;
        days = (365L * shiftedYear) + (shiftedYear / 4) - (shiftedYear / 100) + (shiftedYear / 400) + dayOfYear - 719_468;
        return true;
    }

    private static bool TryClock(ReadOnlySpan<byte> text, out int ms, out int used)
    {
        ms = 0;
        used = 5;
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text, 0, 2, out int hour) || !TryDigits(text, 3, 2, out int minute)
            || hour > 23 || minute > 59)
        {
            return false;
        }

        ms = ((hour * 60) + minute) * MsPerMinute;
        if (text.Length == 5 || text[5] != ':')
        {
            return true;
        }

        if (!TryDigits(text, 6, 2, out int second) || second > 59)
        {
            return false;
        }

        ms += second * 1000;
        used = 8;
        if (text.Length == 8 || text[8] != '.')
        {
            return true;
        }

        int weight = 100;
        used = 9;
        while (used < text.Length && text[used] is >= (byte)'0' and <= (byte)'9')
        {
            ms += (text[used] - '0') * weight;
            weight /= 10;
            used++;
        }

        return used > 9;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return (text[0] | 0x20) == 'z';
        }

        if (text[0] != '+' && text[0] != '-')
        {
            return false;
        }

        int minuteAt = text.Length switch { 3 => -1, 5 => 3, 6 when text[3] == ':' => 4, _ => -2 };
        int minute = 0;
        if (minuteAt == -2 || !TryDigits(text, 1, 2, out int hour) || (minuteAt > 0 && !TryDigits(text, minuteAt, 2, out minute)) || minute > 59)
        {
            return false;
        }

        minutes = (hour * 60) + minute;
        if (minutes > MaxOffsetMinutes)
        {
            return false;
        }

        minutes = text[0] == '-' ? -minutes : minutes;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, int at, int count, out int value)
    {
        value = 0;
        if (text.Length < at + count)
        {
            return false;
        }

        for (int i = at; i < at + count; i++)
        {
            int digit = text[i] - '0';
            if (digit is < 0 or > 9)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        return true;
    }
}
