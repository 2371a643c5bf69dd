using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Perimeter.Csv;

namespace Perimeter.Records.Json;

/// <summary>Where the strings of a JSON text begin and end, found in blocks of 64 bytes. Used again for every text.</summary>
public sealed class JsonQuotes
{
    private const int Block = 64;

    // The places of quotes that begin and end strings, in turns; of one that ends a string with escapes in it, with this bit.
    private const int Escapes = 1 << 31;

    private int[] _places = new int[512];
    private int _count;

    // While a text is gone through: whether the string that it is in has escapes so far; the byte behind a backslash is part of its escape.
    private int _escapes;
    private int _escaped;

    private bool IsIn => (_count & 1) != 0;

    public ReadOnlySpan<int> Found => _places.AsSpan(0, _count);

    public static int PlaceOf(int quote) => quote & ~Escapes;

    public static bool IsBehindEscapes(int quote) => quote < 0;

    /// <returns>False where a string has no end, or holds a control character: it is no JSON then.</returns>
    public bool Find(ReadOnlySpan<byte> json)
    {
        _count = 0;
        _escapes = 0;
        _escaped = -1;
        ref byte first = ref MemoryMarshal.GetReference(json);
        int start = 0;
        while (start <= json.Length - Block)
        {
            start = TakeUsualBlocks(json, start);
            if (start <= json.Length - Block)
            {
                if (!TakeBlock(ref Unsafe.Add(ref first, start), start))
                {
                    return false;
                }

                start += Block;
            }
        }

        if (start < json.Length)
        {
            Span<byte> last = stackalloc byte[Block];
            last.Fill((byte)' ');
            json[start..].CopyTo(last);
            return TakeBlock(ref last[0], start) && !IsIn;
        }

        return !IsIn;
    }

    /// <summary>Blocks without escapes and control characters, as nearly all are, from one place on.</summary>
    /// <returns>Behind the last of them.</returns>
    private int TakeUsualBlocks(ReadOnlySpan<byte> json, int start)
    {
        if (!Avx512Vbmi2.IsSupported || _escapes != 0 || _escaped >= start)
        {
            return start;
        }

        ref byte first = ref MemoryMarshal.GetReference(json);
        int last = json.Length - Block;
        int count = _count;
        for (; start <= last; start += Block)
        {
            if (_places.Length - count < BitPlaces.Room)
            {
                Array.Resize(ref _places, _places.Length * 2);
            }

            Vector512<byte> bytes = Vector512.LoadUnsafe(ref first, (nuint)start);
            if ((Vector512.Equals(bytes, Vector512.Create((byte)'\\')) | Vector512.LessThan(bytes, Vector512.Create((byte)' '))) != Vector512<byte>.Zero)
            {
                break;
            }

            count += BitPlaces.Write(Vector512.Equals(bytes, Vector512.Create((byte)'"')), start, ref _places[count]);
        }

        _count = count;
        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TakeBlock(ref byte block, int start)
    {
        if (_places.Length - _count < BitPlaces.Room)
        {
            Array.Resize(ref _places, _places.Length * 2);
        }

        ulong quotes = FindIn(ref block, out ulong backslashes, out ulong controls);
        if (backslashes != 0 || _escaped >= start)
        {
            return TakeEscapes(quotes, backslashes, controls, start);
        }

        if (controls != 0 && ((BitPlaces.Between(quotes) ^ (IsIn ? ulong.MaxValue : 0)) & controls) != 0)
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
    }

    /// <summary>A block with escapes, or whose first byte is the end of one.</summary>
    private bool TakeEscapes(ulong quotes, ulong backslashes, ulong controls, int start)
    {
        ulong escaped = _escaped == start ? 1UL : 0;
        ulong escaping = 0;
        for (ulong rest = backslashes & ~escaped; rest != 0; rest &= ~escaped)
        {
            ulong backslash = rest & unchecked(0 - rest);
            escaping |= backslash;
            escaped |= backslash << 1;
            rest ^= backslash;
        }

        // Behind the last byte of the block its escape ends in the next one.
        _escaped = (escaping >> (Block - 1)) != 0 ? start + Block : -1;
        quotes &= ~escaped;
        ulong inside = BitPlaces.Between(quotes) ^ (IsIn ? ulong.MaxValue : 0);
        if ((escaping & ~inside) != 0 || (controls & ~escaped & inside) != 0)
        {
            return false;
        }

        int first = _count;
        AddAll(quotes, start);
        for (; escaping != 0; escaping &= escaping - 1)
        {
            int end = first + BitOperations.PopCount(quotes & ((escaping & unchecked(0 - escaping)) - 1));
            if (end < _count)
            {
                _places[end] |= Escapes;
            }
            else
            {
                _escapes = Escapes;
            }
        }

        return true;
    }
}
