using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Perimeter.Ingest.Switches.Json;

/// <summary>
/// Names that are looked for among many others. A table in which each has a place of its own says of nearly every other one at once that it is none of them.
/// </summary>
internal sealed class JsonNames
{
    /// <summary>So many places a name: with less it takes long to find a factor.</summary>
    private const int PlacesPerName = 8;

    private const int MostFactors = 1_000_000;

    /// <summary>The ends of a name of eight bytes are the same: with one more this is no multiple of four.</summary>
    private const ulong EndFactor = 0x165667B19E3779F9;

    private const int Word = sizeof(ulong);
    private const int HalfWord = sizeof(uint);

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
        if (name.IsEmpty)
        {
            return -1;
        }

        (ulong begin, ulong end) = EndsOf(name);
        ref Name place = ref _places[PlaceOf(begin, end, name.Length)];
        if (place.Begin != begin || place.End != end || place.Length != name.Length)
        {
            return -1;
        }

        // Ends of eight bytes each are all of it.
        return name.Length <= 2 * Word || name.SequenceEqual(place.Utf8) ? place.Index : -1;
    }

    private bool TryPlace(byte[][] names)
    {
        Array.Clear(_places);
        for (int i = 0; i < names.Length; i++)
        {
            (ulong begin, ulong end) = EndsOf(names[i]);
            ref Name place = ref _places[PlaceOf(begin, end, names[i].Length)];
            if (place.Length > 0)
            {
                return false;
            }

            place = new Name { Begin = begin, End = end, Length = names[i].Length, Index = i, Utf8 = names[i] };
        }

        return true;
    }

    private int PlaceOf(ulong begin, ulong end, int length) => (int)(unchecked((begin + ((end ^ ((ulong)length << 56)) * EndFactor)) * _factor) >> _shift);

    /// <summary>The first and the last bytes, which overlap in short ones.</summary>
    private static (ulong Begin, ulong End) EndsOf(ReadOnlySpan<byte> name)
    {
        ref byte first = ref MemoryMarshal.GetReference(name);
        if (name.Length >= Word)
        {
            return (Unsafe.ReadUnaligned<ulong>(ref first), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, name.Length - Word)));
        }

        return name.Length >= HalfWord
            ? (Unsafe.ReadUnaligned<uint>(ref first), Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, name.Length - HalfWord)))
            : (first, ((ulong)Unsafe.Add(ref first, name.Length / 2) << 8) | Unsafe.Add(ref first, name.Length - 1));
    }

    private struct Name
    {
        public ulong Begin;
        public ulong End;

        /// <summary>0 where there is none.</summary>
        public int Length;
        public int Index;
        public byte[] Utf8;
    }
}
