using System.Buffers.Text;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>Values as switches write them, into a record. An empty text is an absent field everywhere.</summary>
internal static class RecordValues
{
    private const int LongestNumber = 20;

    extension(CallRecord record)
    {
        public void SetText(CallField field, ReadOnlySpan<byte> utf8) => record.Set(field, FieldValue.Text(utf8));

        public void SetNumber(CallField field, long number)
        {
            Span<byte> text = stackalloc byte[LongestNumber];
            Utf8Formatter.TryFormat(number, text, out int written);
            record.Set(field, FieldValue.Text(text[..written]));
        }

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

            int point = utf8.IndexOf((byte)'.');
            ReadOnlySpan<byte> whole = point < 0 ? utf8 : utf8[..point];
            ReadOnlySpan<byte> fraction = point < 0 ? [] : utf8[(point + 1)..];
            const long most = long.MaxValue / 1000;
            if (!Utf8Parser.TryParse(whole, out long seconds, out int used) || used != whole.Length || seconds is < 0 or >= most
                || fraction.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            {
                record.Fail(field.Name, $"must be seconds since 1970; it is {Shown(utf8)}");
                return;
            }

            long ms = seconds * 1000;
            for (int i = 0, unit = 100; i < 3 && i < fraction.Length; i++, unit /= 10)
            {
                ms += (fraction[i] - '0') * unit;
            }

            if (ms > 0)
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

            if (!Utf8Parser.TryParse(utf8, out long value, out int used) || used != utf8.Length)
            {
                record.Fail(field.Name, $"must be {unit} since 1970; it is {Shown(utf8)}");
            }
            else if (value > 0)
            {
                record.SetNumber(field, value / perMs);
            }
        }
    }

    private static string Shown(ReadOnlySpan<byte> utf8) => $"'{System.Text.Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, LongestNumber * 2)])}'";
}
