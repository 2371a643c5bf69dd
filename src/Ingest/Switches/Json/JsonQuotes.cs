using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Perimeter.Ingest.Switches.Json;

/// <summary>Where the strings of a JSON text begin and end, found in blocks of 32 bytes. Used again for every text.</summary>
internal sealed class JsonQuotes
{
    private const int Block = 32;

    // The places of quotes that begin and end strings, in turns; of one that ends a string with escapes in it, with this bit.
    private const int Escapes = 1 << 31;

    private int[] _places = new int[256];
    private int _count;

    public ReadOnlySpan<int> Found => _places.AsSpan(0, _count);

    public static int PlaceOf(int quote) => quote & ~Escapes;

    public static bool IsBehindEscapes(int quote) => quote < 0;

    /// <returns>False where a string has no end, or holds a control character: it is no JSON then.</returns>
    public bool Find(ReadOnlySpan<byte> json)
    {
        _count = 0;
        bool isIn = false;
        int escapes = 0;

        // The byte behind a backslash is part of its escape.
        int escaped = -1;
        Span<byte> last = stackalloc byte[Block];
        for (int start = 0; start < json.Length; start += Block)
        {
            scoped ReadOnlySpan<byte> block = json[start..];
            if (block.Length < Block)
            {
                last.Fill((byte)' ');
                block.CopyTo(last);
                block = last;
            }

            Vector256<byte> bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(block));
            uint quotes = Vector256.Equals(bytes, Vector256.Create((byte)'"')).ExtractMostSignificantBits();
            uint others = (Vector256.Equals(bytes, Vector256.Create((byte)'\\')) | Vector256.LessThan(bytes, Vector256.Create((byte)' '))).ExtractMostSignificantBits();
            if (_places.Length - _count < Block)
            {
                Array.Resize(ref _places, _places.Length * 2);
            }

            if (others == 0 && escaped < start)
            {
                isIn ^= (BitOperations.PopCount(quotes) & 1) != 0;
                for (; quotes != 0; quotes &= quotes - 1)
                {
                    // Only one that ends a string can have escapes before it.
                    _places[_count++] = (start + BitOperations.TrailingZeroCount(quotes)) | escapes;
                    escapes = 0;
                }

                continue;
            }

            for (uint rest = quotes | others; rest != 0; rest &= rest - 1)
            {
                int at = start + BitOperations.TrailingZeroCount(rest);
                if (at == escaped)
                {
                    continue;
                }

                switch (json[at])
                {
                    case (byte)'"':
                        _places[_count++] = at | escapes;
                        escapes = 0;
                        isIn = !isIn;
                        break;
                    case (byte)'\\' when isIn:
                        escaped = at + 1;
                        escapes = Escapes;
                        break;
                    case (byte)'\\':
                        return false;
                    default:
                        if (isIn)
                        {
                            return false;
                        }

                        break;
                }
            }
        }

        return !isIn;
    }
}
