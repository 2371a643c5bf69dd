using System.Buffers.Binary;
using System.Buffers.Text;
using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>A date mm/dd/yyyy and a time hh:mm:ss.d, both local. The date of the last one is known: mostly the next is the same.</summary>
internal sealed class RibbonTime
{
    /// <summary>Bytes of what <see cref="TryWrite"/> writes.</summary>
    public const int IsoBytes = IsoDateBytes + TimeBytes;

    private const int DateBytes = 10;
    private const int IsoDateBytes = 11;
    private const int TimeBytes = TimeOfDay.Bytes + 2;
    private const int YearAt = 6;

    private readonly byte[] _isoDate = "0000-00-00T"u8.ToArray();
    private (ulong Begin, uint Year) _date;
    private long _dateMs;

    /// <summary>Writes it as yyyy-mm-ddThh:mm:ss.d, and tells its milliseconds on the clock of the wall.</summary>
    public bool TryWrite(ReadOnlySpan<byte> date, ReadOnlySpan<byte> time, Span<byte> iso, out long wallMs)
    {
        if (time is not [.., (byte)'.', >= (byte)'0' and <= (byte)'9' and var tenth] || time.Length != TimeBytes || !TimeOfDay.TryRead(time, out long timeMs) || !TryKnow(date))
        {
            wallMs = 0;
            return false;
        }

        _isoDate.CopyTo(iso);
        time.CopyTo(iso[IsoDateBytes..]);
        wallMs = _dateMs + timeMs + ((tenth - '0') * 100);
        return true;
    }

    private bool TryKnow(ReadOnlySpan<byte> date)
    {
        if (date.Length != DateBytes)
        {
            return false;
        }

        (ulong Begin, uint Year) known = (BinaryPrimitives.ReadUInt64LittleEndian(date), BinaryPrimitives.ReadUInt32LittleEndian(date[YearAt..]));
        if (known == _date)
        {
            return true;
        }

        if (date[2] != '/' || date[5] != '/' || !TryRead(date[YearAt..], out int year) || !TryRead(date[..2], out int month) || !TryRead(date[3..5], out int day)
            || year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date[YearAt..].CopyTo(_isoDate);
        date[..2].CopyTo(_isoDate.AsSpan(5));
        date[3..5].CopyTo(_isoDate.AsSpan(8));
        _dateMs = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified).Ticks / TimeSpan.TicksPerMillisecond;
        _date = known;
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> digits, out int number) =>
        Utf8Parser.TryParse(digits, out number, out int used) && used == digits.Length && digits[0] is >= (byte)'0' and <= (byte)'9';
}
