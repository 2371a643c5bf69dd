using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Perimeter.Records.Json;

/// <summary>
/// Names that are looked for among many others. A table in which each has a place of its own says of nearly every other one at once that it is none of them.
/// </summary>
public sealed class JsonNames
{
    /// <summary>So many bytes can be read from where a name begins, however short it is.</summary>
    public const int Readable = sizeof(ulong);

    /// <summary>So many places a name: with less it takes long to find a factor.</summary>
    private const int PlacesPerName = 8;

    private const int MostFactors = 1_000_000;

    /// <summary>The ends of a name of eight bytes are the same: with one more this is no multiple of four.</summary>
    private const ulong EndFactor = 0x165667B19E3779F9;

    private readonly Name[] _places;
    private readonly int _shift;
    private readonly ulong _factor;

    /// <param name="names">At most 100, none of them empty or there twice; a name's index is what <see cref="Find"/> gives.</param>
    public JsonNames(ReadOnlySpan<string> names)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Length, 100);
        byte[][] utf8 = new byte[names.Length][];
        for (int i = 0; i < names.Length; i++)
        {
            utf8[i] = Encoding.UTF8.GetBytes(names[i]);
        }

        uint places = BitOperations.RoundUpToPowerOf2((uint)Math.Max(names.Length, 1) * PlacesPerName);
        _places = new Name[places];
        _shift = 64 - BitOperations.Log2(places);

        // Any odd number spreads them; the first is taken that gives no two the same place.
        _factor = 0x9E3779B97F4A7C15;
        for (int tried = 1; !TryPlace(utf8); tried++)
        {
            if (tried == MostFactors)
            {
                throw new ArgumentException($"Two of the names are the same, or differ in nothing but what is far from both of their ends: {string.Join(", ", names.ToArray())}.", nameof(names));
            }

            _factor = unchecked((_factor * 0xD1342543DE82EF95) + 2);
        }
    }

    /// <returns>-1 where it is none of them.</returns>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (name.Length >= Readable)
        {
            return Find(ref MemoryMarshal.GetReference(name), name.Length);
        }

        ulong word = 0;
        name.CopyTo(MemoryMarshal.AsBytes(new Span<ulong>(ref word)));
        return Find(ref Unsafe.As<ulong, byte>(ref word), name.Length);
    }

    /// <param name="name">The first byte of the name, from which on <see cref="Readable"/> can be read.</param>
    /// <returns>-1 where it is none of them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ref byte name, int length)
    {
        (ulong begin, ulong end) = EndsOf(ref name, length);
        ref Name place = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_places), PlaceOf(begin, end, length));
        if (place.Begin != begin || place.End != end || place.Length != length)
        {
            return -1;
        }

        // Ends of eight bytes each are all of it. Of an empty name the length is that of no name.
        return length <= 2 * Readable || MemoryMarshal.CreateReadOnlySpan(ref name, length).SequenceEqual(place.Utf8) ? place.Index : -1;
    }

    private bool TryPlace(byte[][] names)
    {
        Array.Fill(_places, new Name { Index = -1 });
        for (int i = 0; i < names.Length; i++)
        {
            byte[] padded = [.. names[i], .. new byte[Readable]];
            (ulong begin, ulong end) = EndsOf(ref padded[0], names[i].Length);
            ref Name place = ref _places[PlaceOf(begin, end, names[i].Length)];
            if (place.Length > 0)
            {
                return false;
            }

            place = new Name { Begin = begin, End = end, Length = names[i].Length, Index = i, Utf8 = names[i] };
        }

        return true;
    }

    private int PlaceOf(ulong begin, ulong end, int length) => unchecked((int)(((begin + ((end ^ ((ulong)length << 56)) * EndFactor)) * _factor) >> _shift));

    /// <summary>The first and the last eight bytes, which overlap in short names and are the same where there are fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Begin, ulong End) EndsOf(ref byte first, int length)
    {
        unchecked
        {
            ulong begin = Unsafe.ReadUnaligned<ulong>(ref first);
            ulong end = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, AtLeast0(length - Readable)));
            ulong used = ulong.MaxValue >> (8 * AtLeast0(Readable - length));
            return (begin & used, end & used);
        }
    }

    /// <summary>Without a branch.</summary>
    private static int AtLeast0(int number) => number & ~(number >> 31);

    private struct Name
    {
        public ulong Begin;
        public ulong End;

        /// <summary>0 where there is none.</summary>
        public int Length;

        /// <summary>-1 where there is none.</summary>
        public int Index;
        public byte[] Utf8;
    }
}
