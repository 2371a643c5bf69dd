using System.Net;
using System.Text;
using System.Text.Unicode;
using Perimeter.Domain;

namespace Perimeter.Records;

/// <summary>How the values of each sort of field are read. On the good path none of them allocates.</summary>
internal static class FieldParsers
{
    /// <summary>So much of a wrong value is repeated in the reason.</summary>
    private const int ShownBytes = 40;

    /// <summary>Switches of 2000 and before do not send here: an earlier instant is most likely epoch seconds.</summary>
    private static readonly long EarliestMs = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    internal delegate void SetNumber(ref CallEvent callEvent, long number);

    internal delegate void SetFlag(ref CallEvent callEvent, bool on);

    public static FieldParser Text(CallEventText field, int maxBytes) => (CallRecord record, in FieldValue value) =>
    {
        string? fault = CheckText(record, value, maxBytes);
        if (fault is null)
        {
            record.SetText(field, value.Bytes);
        }

        return fault;
    };

    public static FieldParser Ip(CallEventText field, int maxBytes) => (CallRecord record, in FieldValue value) =>
    {
        string? fault = CheckText(record, value, maxBytes);
        if (fault is not null)
        {
            return fault;
        }

        if (!IsUsualIpv4(value.Bytes) && !IPAddress.IsValidUtf8(value.Bytes))
        {
            return $"must be an IP address, without a port; it is {Shown(value)}";
        }

        record.SetText(field, value.Bytes);
        return null;
    };

    /// <param name="take">What <see cref="WholeNumber"/> gives for the same bounds.</param>
    public static FieldParser Number(long least, long most, NumberTaker take) => (CallRecord record, in FieldValue value) =>
    {
        if (TryWhole(value, out long number) && take(record, number))
        {
            return null;
        }

        return most == long.MaxValue
            ? $"must be a whole number from {least} up; it is {Shown(value)}"
            : $"must be a whole number from {least} to {most}; it is {Shown(value)}";
    };

    public static NumberTaker WholeNumber(long least, long most, SetNumber set) => (CallRecord record, long number) =>
    {
        if (number < least || number > most)
        {
            return false;
        }

        set(ref record.Event, number);
        return true;
    };

    public static FieldParser Flag(SetFlag set) => (CallRecord record, in FieldValue value) =>
    {
        bool on = value.Form == FieldForm.True;
        if (value.Form is FieldForm.Text or FieldForm.Number)
        {
            ReadOnlySpan<byte> text = value.Bytes;
            on = text.SequenceEqual("1"u8) || Ascii.EqualsIgnoreCase(text, "true"u8);
            if (!on && !text.SequenceEqual("0"u8) && !Ascii.EqualsIgnoreCase(text, "false"u8))
            {
                return $"must be true or false (or 1 or 0); it is {Shown(value)}";
            }
        }
        else if (value.Form == FieldForm.Nested)
        {
            return $"must be true or false (or 1 or 0); it is {Shown(value)}";
        }

        set(ref record.Event, on);
        return null;
    };

    public static string? Kind(CallRecord record, in FieldValue value)
    {
        ReadOnlySpan<byte> text = value.Bytes;
        if (value.Form == FieldForm.Text && Ascii.EqualsIgnoreCase(text, "ended"u8))
        {
            record.Event.Kind = CallEventKind.Ended;
        }
        else if (value.Form == FieldForm.Text && Ascii.EqualsIgnoreCase(text, "started"u8))
        {
            record.Event.Kind = CallEventKind.Started;
        }
        else if (value.Form == FieldForm.Text && Ascii.EqualsIgnoreCase(text, "answered"u8))
        {
            record.Event.Kind = CallEventKind.Answered;
        }
        else
        {
            return $"must be started, answered or ended; it is {Shown(value)}";
        }

        return null;
    }

    /// <param name="take">Of <see cref="EpochMs"/>.</param>
    public static FieldParser Instant(NumberTaker take) => (CallRecord record, in FieldValue value) =>
    {
        if (value.Form is not (FieldForm.Text or FieldForm.Number))
        {
            return $"must be a time; it is {Shown(value)}";
        }

        InstantText times = record.Times;
        switch (times.Parse(Trim(value.Bytes), out long ms))
        {
            case InstantFault.None:
                break;
            case InstantFault.NoZone:
                return $"has no offset from UTC; write Z or an offset such as +02:00 behind it; it is {Shown(value)}";
            case InstantFault.Ambiguous:
                return $"came twice in {times.ZoneName}, when the clocks went back; write its offset; it is {Shown(value)}";
            case InstantFault.Skipped:
                return $"never was in {times.ZoneName}, where the clocks went forward; it is {Shown(value)}";
            default:
                return $"must be a time such as 2025-01-31T23:59:59.123Z or whole epoch milliseconds; it is {Shown(value)}";
        }

        return take(record, ms) ? null
            : ms < EarliestMs ? $"lies before the year 2000; epoch times are in milliseconds; it is {Shown(value)}"
            : $"lies more than {record.AheadText} ahead of the clock here; epoch times are in milliseconds; it is {Shown(value)}";
    };

    public static NumberTaker EpochMs(SetNumber set) => (CallRecord record, long ms) =>
    {
        if (ms < EarliestMs || ms > record.LatestMs)
        {
            return false;
        }

        set(ref record.Event, ms);
        return true;
    };

    public static string? Duration(CallRecord record, in FieldValue value)
    {
        if (!TryWhole(value, out long number) || number < 0)
        {
            return $"must be whole milliseconds from 0 up; it is {Shown(value)}";
        }

        return DurationMs(record, number) ? null : $"is longer than 7 days; it is {Shown(value)}";
    }

    public static bool DurationMs(CallRecord record, long number)
    {
        if (number is < 0 or > CallEvent.MaxDurationMs)
        {
            return false;
        }

        record.DurationMs = number;
        return true;
    }

    public static string? Mos(CallRecord record, in FieldValue value)
    {
        const int decimals = 3;
        if (value.Bytes is [>= (byte)'1' and <= (byte)'4' and var whole, (byte)'.', >= (byte)'0' and <= (byte)'9' and var tenths, >= (byte)'0' and <= (byte)'9' and var hundredths])
        {
            record.Event.MosThousandths = ((((whole * 10) + tenths) * 10) + hundredths - ('0' * 111)) * 10;
            return null;
        }

        if (value.Form is not (FieldForm.Text or FieldForm.Number) || !FixedPoint.TryParse(Trim(value.Bytes), decimals, out long thousandths)
            || thousandths is < 1000 or > 5000)
        {
            return $"must be a number from 1 to 5 with up to 3 decimals; it is {Shown(value)}";
        }

        record.Event.MosThousandths = (int)thousandths;
        return null;
    }

    /// <summary>The value in quotes, cut where it is long, with what cannot be printed replaced.</summary>
    public static string Shown(in FieldValue value)
    {
        switch (value.Form)
        {
            case FieldForm.True:
                return "true";
            case FieldForm.False:
                return "false";
            case FieldForm.Nested:
                return "an object or an array";
        }

        ReadOnlySpan<byte> bytes = value.Bytes;
        string text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, ShownBytes)]);
        var shown = new StringBuilder(text.Length + 2).Append('\'');
        foreach (char c in text)
        {
            shown.Append(char.IsControl(c) ? '\uFFFD' : c);
        }

        return shown.Append(bytes.Length > ShownBytes ? "...'" : "'").ToString();
    }

    private static string? CheckText(CallRecord record, in FieldValue value, int maxBytes)
    {
        if (value.Form is FieldForm.True or FieldForm.False or FieldForm.Nested)
        {
            return $"must be text; it is {Shown(value)}";
        }

        // 1e3 and 1.5 are numbers that no two programs write alike; an id or a telephone number of digits is the same everywhere.
        if (value.Form == FieldForm.Number && value.Bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return $"must be text, or a number of digits alone; it is {Shown(value)}";
        }

        if (value.Bytes.Length > maxBytes)
        {
            return $"is {value.Bytes.Length} bytes long; the limit is {maxBytes}";
        }

        if (record.IsPlain)
        {
            return null;
        }

        if (value.Bytes.ContainsAnyInRange((byte)0, (byte)0x1F) || value.Bytes.Contains((byte)0x7F))
        {
            return $"holds a control character; it is {Shown(value)}";
        }

        return record.IsOfBytes && !Utf8.IsValid(value.Bytes) ? $"is not UTF-8; it is {Shown(value)}" : null;
    }

    private static bool TryWhole(in FieldValue value, out long number)
    {
        ReadOnlySpan<byte> text = Trim(value.Bytes);
        number = 0;
        return value.Form is FieldForm.Text or FieldForm.Number && text.Length > 0 && text[0] != '+'
            && Digits.TryParseSigned(text, out number);
    }

    /// <summary>Four decimal numbers with points between them. False means nothing but that the general way has to be gone.</summary>
    private static bool IsUsualIpv4(ReadOnlySpan<byte> text)
    {
        int points = 0;
        int digits = 0;
        int number = 0;
        foreach (byte b in text)
        {
            if (b == '.' && digits > 0)
            {
                points++;
                digits = 0;
                number = 0;
                continue;
            }

            number = (number * 10) + b - '0';
            if (b is < (byte)'0' or > (byte)'9' || number > byte.MaxValue || (digits > 0 && number < 10))
            {
                return false;
            }

            digits++;
        }

        return points == 3 && digits > 0;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim((byte)' ');
}
