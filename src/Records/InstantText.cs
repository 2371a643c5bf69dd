using System.Buffers.Binary;
using Perimeter.Domain;

namespace Perimeter.Records;

internal enum InstantFault : byte { None, Malformed, NoZone, Ambiguous, Skipped }

/// <summary>
/// Reads an instant: ISO 8601 with its offset, or whole epoch milliseconds. What is finer than a millisecond is cut off.
/// A time without an offset is read in the zone that the operator stated, and is a fault where none was: nothing is guessed.
/// </summary>
public sealed class InstantText(TimeZoneInfo? zone)
{
    private const long MsPerMinute = 60_000;
    private const long MsPerDay = 86_400_000;
    private const int MaxFractionDigits = 12;
    private const int TimeAt = 11;
    private const int DateAndTime = TimeAt + TimeOfDay.Bytes;

    // The zone's offset changes at whole quarters of an hour at the finest: what one quarter has is looked up once.
    private const long QuarterMs = 15 * MsPerMinute;
    private long _knownQuarter = long.MinValue;
    private long _knownOffsetMs;

    // The last day read, as written: bytes 0 to 7 and 7 to 10, with the T behind it. 0 is no text's.
    private ulong _knownDay;
    private uint _knownDayEnd;
    private long _knownDayMs;

    public string? ZoneName => zone?.Id;

    internal InstantFault Parse(ReadOnlySpan<byte> text, out long ms)
    {
        if (text.Length > 0 && (text.Length < 5 || text[4] != (byte)'-'))
        {
            return Digits.TryParseSigned(text, out ms) && text[0] != (byte)'+' ? InstantFault.None : InstantFault.Malformed;
        }

        if (TryReadUsual(text, out ms))
        {
            return InstantFault.None;
        }

        ms = 0;
        if (text.Length < DateAndTime || !TryReadLocal(text[..DateAndTime], out long local))
        {
            return InstantFault.Malformed;
        }

        ReadOnlySpan<byte> rest = text[DateAndTime..];
        if (!rest.IsEmpty && rest[0] is (byte)'.' or (byte)',')
        {
            int digits = 0;
            long fraction = 0;
            while (digits + 1 < rest.Length && char.IsAsciiDigit((char)rest[digits + 1]))
            {
                fraction = digits < 3 ? (fraction * 10) + rest[digits + 1] - '0' : fraction;
                digits++;
            }

            if (digits is 0 or > MaxFractionDigits)
            {
                return InstantFault.Malformed;
            }

            local += digits switch { 1 => fraction * 100, 2 => fraction * 10, _ => fraction };
            rest = rest[(digits + 1)..];
        }

        if (rest.IsEmpty)
        {
            return FromZone(local, out ms);
        }

        if (!TryReadOffset(rest, out long offsetMs))
        {
            return InstantFault.Malformed;
        }

        ms = local - offsetMs;
        return InstantFault.None;
    }

    /// <summary>
    /// What most switches write, YYYY-MM-DDThh:mm:ss.fffZ on a day that the last time read had too, so that only the time of day is read. False means nothing but that the general way has to be gone.
    /// </summary>
    private bool TryReadUsual(ReadOnlySpan<byte> text, out long ms)
    {
        const int usual = 24;
        ms = 0;
        if (text.Length != usual || text[usual - 1] != (byte)'Z')
        {
            return false;
        }

        // .fff: what is no digit has a bit outside of 0x0F, or carries into it by the 6 added.
        uint decimals = BinaryPrimitives.ReadUInt32LittleEndian(text[DateAndTime..]) ^ 0x3030302E;
        if (((decimals | unchecked(decimals + 0x06060600)) & 0xF0F0F0FF) != 0 || !TryReadLocal(text, out long local))
        {
            return false;
        }

        ms = local + (((decimals >> 8) & 0xF) * 100) + (((decimals >> 16) & 0xF) * 10) + (decimals >> 24);
        return true;
    }

    /// <summary>YYYY-MM-DDThh:mm:ss as milliseconds since 1970 on the clock that showed it.</summary>
    private bool TryReadLocal(ReadOnlySpan<byte> text, out long local)
    {
        local = 0;
        if (!TimeOfDay.TryRead(text[TimeAt..], out long timeMs) || !TryKnowDay(text))
        {
            return false;
        }

        local = _knownDayMs + timeMs;
        return true;
    }

    /// <summary>YYYY-MM-DDT, which is the known day from then on.</summary>
    private bool TryKnowDay(ReadOnlySpan<byte> text)
    {
        ulong day = BinaryPrimitives.ReadUInt64LittleEndian(text);
        uint dayEnd = BinaryPrimitives.ReadUInt32LittleEndian(text[7..]);
        if (day == _knownDay && dayEnd == _knownDayEnd)
        {
            return true;
        }

        if (!TryReadDay(text, out long dayMs))
        {
            return false;
        }

        _knownDay = day;
        _knownDayEnd = dayEnd;
        _knownDayMs = dayMs;
        return true;
    }

    private static bool TryReadDay(ReadOnlySpan<byte> text, out long dayMs)
    {
        dayMs = 0;
        if (text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || !TryTwo(text, out int century) || !TryTwo(text[2..], out int yearOfCentury) || !TryTwo(text[5..], out int month) || !TryTwo(text[8..], out int day))
        {
            return false;
        }

        int year = (century * 100) + yearOfCentury;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        dayMs = DaysSince1970(year, month, day) * MsPerDay;
        return true;
    }

    /// <summary>Days of the Gregorian calendar, counted in years that begin in March so that the leap day is their last.</summary>
    private static long DaysSince1970(int year, int month, int day)
    {
        const int daysToMarch1970 = 719_468;
        int y = month <= 2 ? year - 1 : year;
        int era = y / 400;
        int yearOfEra = y - (era * 400);
        int dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        int dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - daysToMarch1970;
    }

    /// <summary>Z, +hh, +hhmm or +hh:mm, up to 14 hours.</summary>
    private static bool TryReadOffset(ReadOnlySpan<byte> text, out long offsetMs)
    {
        offsetMs = 0;
        if (text.Length == 1)
        {
            return text[0] is (byte)'Z' or (byte)'z';
        }

        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length is not (3 or 5 or 6) || !TryTwo(text[1..], out int hours))
        {
            return false;
        }

        int minutes = 0;
        if (text.Length > 3 && ((text.Length == 6 && text[3] != ':') || !TryTwo(text[^2..], out minutes)))
        {
            return false;
        }

        offsetMs = ((hours * 60) + minutes) * MsPerMinute * (text[0] == '-' ? -1 : 1);
        return minutes < 60 && Math.Abs(offsetMs) <= 14 * 60 * MsPerMinute;
    }

    private static bool TryTwo(ReadOnlySpan<byte> text, out int number)
    {
        int tens = text[0] - '0';
        int ones = text[1] - '0';
        number = (tens * 10) + ones;
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9;
    }

    private InstantFault FromZone(long local, out long ms)
    {
        ms = 0;
        if (zone is null)
        {
            return InstantFault.NoZone;
        }

        long quarter = Math.DivRem(local, QuarterMs).Quotient;
        if (quarter != _knownQuarter)
        {
            DateTime time = DateTime.UnixEpoch.AddMilliseconds(local);
            time = DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
            if (zone.IsInvalidTime(time))
            {
                return InstantFault.Skipped;
            }

            if (zone.IsAmbiguousTime(time))
            {
                return InstantFault.Ambiguous;
            }

            _knownOffsetMs = (long)zone.GetUtcOffset(time).TotalMilliseconds;
            _knownQuarter = quarter;
        }

        ms = local - _knownOffsetMs;
        return InstantFault.None;
    }
}
