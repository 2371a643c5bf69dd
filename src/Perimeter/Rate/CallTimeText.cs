using System.Buffers.Binary;
using Perimeter.Config;

namespace Perimeter.Commands;

/// <summary>Reads the times of one column: ISO 8601, without a zone UTC. Neighbours are mostly of one day, so that the day last read is remembered.</summary>
internal struct CallTimeText
{
    private const int DateLength = 10;

    /// <summary>YYYY-MM-DDTHH:MM:SS</summary>
    private const int SecondsLength = 19;

    private ulong _date;
    private ushort _dateEnd;
    private long _dateMs;

    public bool TryRead(ReadOnlySpan<byte> text, out long ms)
    {
        if (text.Length > DateLength && BinaryPrimitives.ReadUInt64LittleEndian(text) == _date
            && BinaryPrimitives.ReadUInt16LittleEndian(text[8..]) == _dateEnd && TryReadClock(text, out int clockMs))
        {
            ms = _dateMs + clockMs;
            return true;
        }

        if (!IsoTime.TryParse(text, out IsoTime time))
        {
            ms = 0;
            return false;
        }

        ms = time.UtcMs;
        _date = BinaryPrimitives.ReadUInt64LittleEndian(text);
        _dateEnd = BinaryPrimitives.ReadUInt16LittleEndian(text[8..]);
        _dateMs = time.WallMs - Math.Abs(time.WallMs % 86_400_000);
        return true;
    }

    /// <summary>The common form of a time of day, in UTC: THH:MM:SS[.fff][Z]. False sends any other text the long way.</summary>
    private static bool TryReadClock(ReadOnlySpan<byte> text, out int ms)
    {
        ms = 0;
        if (text.Length < SecondsLength || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        int hour = Two(text, 11);
        int minute = Two(text, 14);
        int second = Two(text, 17);
        ReadOnlySpan<byte> rest = text[SecondsLength..];
        int fraction = 0;
        if (rest.Length >= 4 && rest[0] == '.')
        {
            int tenths = rest[1] - '0';
            int last = Two(rest, 2);
            if (tenths is < 0 or > 9 || last < 0)
            {
                return false;
            }

            fraction = (tenths * 100) + last;
            rest = rest[4..];
        }

        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || !(rest.IsEmpty || (rest.Length == 1 && rest[0] == 'Z')))
        {
            return false;
        }

        ms = (((((hour * 60) + minute) * 60) + second) * 1000) + fraction;
        return true;
    }

    /// <summary>A number of two digits; below 0 where they are none.</summary>
    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        int tens = text[at] - '0';
        int ones = text[at + 1] - '0';
        return tens is < 0 or > 9 || ones is < 0 or > 9 ? -1 : (tens * 10) + ones;
    }
}
