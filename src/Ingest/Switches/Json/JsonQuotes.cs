using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Perimeter.Csv;

namespace Perimeter.Ingest.Switches.Json;

/// <summary>Where the strings of a JSON text begin and end, found in blocks of 64 bytes. Used again for every text.</summary>
internal sealed class JsonQuotes
{
    private const int Block = 64;

    // The places of quotes that begin and end strings, in turns; of one that ends a string with escapes in it, with this bit.
    private const int Escapes = 1 << 31;

    private int[] _places = new int[512];
    private int _count;

    // While a text is gone through: whether it is in a string, which has escapes so far; the byte behind a backslash is part of its escape.
    private bool _isIn;
    private int _escapes;
    private int _escaped;

    public ReadOnlySpan<int> Found => _places.AsSpan(0, _count);

    public static int PlaceOf(int quote) => quote & ~Escapes;

    public static bool IsBehindEscapes(int quote) => quote < 0;

    /// <returns>False where a string has no end, or holds a control character: it is no JSON then.</returns>
    public bool Find(ReadOnlySpan<byte> json)
    {
        _count = 0;
        _isIn = false;
        _escapes = 0;
        _escaped = -1;
        ref byte first = ref MemoryMarshal.GetReference(json);
        int start = 0;
        for (; start <= json.Length - Block; start += Block)
        {
            if (!TakeBlock(ref Unsafe.Add(ref first, start), json, start))
            {
                return false;
            }
        }

        if (start < json.Length)
        {
            Span<byte> last = stackalloc byte[Block];
            last.Fill((byte)' ');
            json[start..].CopyTo(last);
            return TakeBlock(ref last[0], json, start) && !_isIn;
        }

        return !_isIn;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TakeBlock(ref byte block, ReadOnlySpan<byte> json, int start)
    {
        if (_places.Length - _count < BitPlaces.Room)
        {
            Array.Resize(ref _places, _places.Length * 2);
        }

        ulong quotes = FindIn(ref block, out ulong backslashes, out ulong controls);
        if (backslashes != 0 || _escaped >= start)
        {
            return AddOneByOne(json, start, quotes | backslashes | controls);
        }

        if (controls != 0 && ((BitPlaces.Between(quotes) ^ (_isIn ? ulong.MaxValue : 0)) & controls) != 0)
        {
            return false;
        }

        AddAll(quotes, start);
        return true;
    }

    /// <returns>The quotes among 64 bytes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindIn(ref byte block, out ulong backslashes, out ulong controls)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> bytes = Vector512.LoadUnsafe(ref block);
            backslashes = Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            controls = Vector512.LessThan(bytes, Vector512.Create((byte)' ')).ExtractMostSignificantBits();
            return Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
        }

        Vector256<byte> low = Vector256.LoadUnsafe(ref block);
        Vector256<byte> high = Vector256.LoadUnsafe(ref block, Block / 2);
        backslashes = Bits(Vector256.Equals(low, Vector256.Create((byte)'\\')), Vector256.Equals(high, Vector256.Create((byte)'\\')));
        controls = Bits(Vector256.LessThan(low, Vector256.Create((byte)' ')), Vector256.LessThan(high, Vector256.Create((byte)' ')));
        return Bits(Vector256.Equals(low, Vector256.Create((byte)'"')), Vector256.Equals(high, Vector256.Create((byte)'"')));
    }

    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddAll(ulong quotes, int start)
    {
        if (quotes == 0)
        {
            return;
        }

        // Only one that ends a string can have escapes before it.
        ref int place = ref _places[_count];
        int added = BitPlaces.Write(quotes, start, ref place);
        if (_escapes != 0)
        {
            place |= _escapes;
            _escapes = 0;
        }

        _count += added;
        _isIn ^= (added & 1) != 0;
    }

    private bool AddOneByOne(ReadOnlySpan<byte> json, int start, ulong places)
    {
        for (; places != 0; places &= places - 1)
        {
            int at = start + BitOperations.TrailingZeroCount(places);
            if (at == _escaped)
            {
                continue;
            }

            switch (json[at])
            {
                case (byte)'"':
                    _places[_count++] = at | _escapes;
                    _escapes = 0;
                    _isIn = !_isIn;
                    break;
                case (byte)'\\' when _isIn:
                    _escaped = at + 1;
                    _escapes = Escapes;
                    break;
                case (byte)'\\':
                    return false;
                default:
                    if (_isIn)
                    {
                        return false;
                    }

                    break;
            }
        }

        return true;
    }
}
