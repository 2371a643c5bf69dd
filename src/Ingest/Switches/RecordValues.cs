using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>Values as switches write them, into a record. An empty text is an absent field everywhere.</summary>
internal static class RecordValues
{
    private const int ShownBytes = 40;

    extension(CallRecord record)
    {
        public void SetText(CallField field, ReadOnlySpan<byte> utf8) => record.Set(field, FieldValue.Text(utf8));

        public void SetNumber(CallField field, long number) => record.Set(field, number);

        public void SetFlag(CallField field, bool on) => record.Set(field, new FieldValue(on ? FieldForm.True : FieldForm.False, []));

        /// <summary>An instant in microseconds since 1970; nothing, "0" and below say that there was none.</summary>
        public void SetMicros(CallField field, ReadOnlySpan<byte> utf8) => record.SetScaled(field, utf8, 1000, "microseconds");

        /// <summary>An instant in milliseconds since 1970; nothing, "0" and below say that there was none.</summary>
        public void SetMillis(CallField field, ReadOnlySpan<byte> utf8) => record.SetScaled(field, utf8, 1, "milliseconds");

        /// <summary>An instant in whole seconds since 1970, perhaps with a fraction; nothing and "0" say that there was none. What is finer than a millisecond is cut off.</summary>
        public void SetSeconds(CallField field, ReadOnlySpan<byte> utf8)
        {
            if (utf8.IsEmpty)
            {
                return;
            }

            if (!TryReadSeconds(utf8, out long ms))
            {
                record.Fail(field.Name, $"must be seconds since 1970; it is {Shown(utf8)}");
            }
            else if (ms > 0)
            {
                record.SetNumber(field, ms);
            }
        }

        private void SetScaled(CallField field, ReadOnlySpan<byte> utf8, long perMs, string unit)
        {
            if (utf8.IsEmpty)
            {
                return;
            }

            if (!Digits.TryParseSigned(utf8, out long value))
            {
                record.Fail(field.Name, $"must be {unit} since 1970; it is {Shown(utf8)}");
            }
            else if (value > 0)
            {
                record.SetNumber(field, value / perMs);
            }
        }
    }

    /// <summary>Seconds of digits, perhaps with a fraction, of which what is finer than a millisecond is cut off.</summary>
    public static bool TryReadSeconds(ReadOnlySpan<byte> text, out long ms)
    {
        const long most = long.MaxValue / 1000;
        ms = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        if (TryReadUsualSeconds(text, out ms))
        {
            return true;
        }

        long seconds = 0;
        bool isNegative = text[0] == '-';
        int first = isNegative || text[0] == '+' ? 1 : 0;
        int at = first;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            seconds = (seconds * 10) + text[at] - '0';
            if (seconds >= most)
            {
                return false;
            }
        }

        if (at == first || (isNegative && seconds > 0))
        {
            return false;
        }

        ms = seconds * 1000;
        if (at == text.Length)
        {
            return true;
        }

        if (text[at++] != '.')
        {
            return false;
        }

        for (int unit = 100; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++, unit /= 10)
        {
            ms += (text[at] - '0') * unit;
        }

        return at == text.Length && !(isNegative && ms > 0);
    }

    /// <summary>Ten digits, and three or more behind a point. False means nothing but that the general way has to be gone.</summary>
    private static bool TryReadUsualSeconds(ReadOnlySpan<byte> text, out long ms)
    {
        const int whole = 10;
        const int decimals = 3;
        ms = 0;
        if (text.Length < whole + 1 + decimals || text[whole] != '.' || !Digits.TryParse(text[..whole], out long seconds) || !Digits.TryParse(text[(whole + 1)..], out _))
        {
            return false;
        }

        ms = (seconds * 1000) + ((text[whole + 1] - '0') * 100) + ((text[whole + 2] - '0') * 10) + text[whole + 3] - '0';
        return true;
    }

    private static string Shown(ReadOnlySpan<byte> utf8) => $"'{System.Text.Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, ShownBytes)])}'";
}
