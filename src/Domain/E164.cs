using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perimeter.Domain;

/// <summary>
/// A number of 1 to 15 digits, E.164 without "+", or a prefix of one (a code), packed into 64 bits:
/// the first digit in the highest four bits, the count of digits in the lowest four. The default is "no number".
/// </summary>
/// <remarks>Comparing <see cref="Packed"/> orders codes as a dictionary orders words: a parent before its children.</remarks>
public readonly struct E164 : IEquatable<E164>, IComparable<E164>
{
    public const int MaxDigits = 15;

    private const int EightDigits = sizeof(ulong);
    private const ulong FirstEight = 0xFFFF_FFFF_0000_0000;
    private const ulong HighHalves = 0xF0F0_F0F0_F0F0_F0F0;

    private E164(ulong packed) => Packed = packed;

    public ulong Packed { get; }

    public int Length => unchecked((int)Packed & 0xF);

    public bool IsNone => Packed == 0;

    /// <summary>The digits alone, left-aligned, without the count.</summary>
    public ulong Digits => Packed & ~0xFUL;

    /// <summary>The digit at <paramref name="index"/>, from 0.</summary>
    public int this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => unchecked((int)(Packed >> (60 - (4 * index))) & 0xF);
    }

    /// <summary>Reads 1 to 15 ASCII digits; anything else is refused. A leading zero is accepted here: it is a matter of class, not of packing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out E164 number)
    {
        if (ascii.Length is < 1 or > MaxDigits)
        {
            number = default;
            return false;
        }

        if (ascii.Length >= EightDigits)
        {
            return TryParseLong(ascii, out number);
        }

        ulong packed = 0;
        foreach (byte b in ascii)
        {
            if (b is < (byte)'0' or > (byte)'9')
            {
                number = default;
                return false;
            }

            packed = (packed << 4) | (uint)(b - '0');
        }

        number = new E164((packed << (64 - (4 * ascii.Length))) | (uint)ascii.Length);
        return true;
    }

    /// <summary>8 to 15 digits, eight at a time: the first eight, and the last eight, of which some may be the same.</summary>
    private static bool TryParseLong(ReadOnlySpan<byte> ascii, out E164 number)
    {
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(ascii);
        ulong last = BinaryPrimitives.ReadUInt64LittleEndian(ascii[^EightDigits..]);
        if (!Domain.Digits.AreEight(first) || !Domain.Digits.AreEight(last))
        {
            number = default;
            return false;
        }

        ulong packed = PackEights(first, last);
        ulong behind = unchecked((uint)((packed & uint.MaxValue) << (4 * ((2 * EightDigits) - ascii.Length))));
        number = new E164((packed & FirstEight) | behind | (uint)ascii.Length);
        return true;
    }

    /// <summary>Twice eight digits, the first of each in its lowest byte, as sixteen digits of four bits, the first in the highest.</summary>
    private static ulong PackEights(ulong first, ulong last)
    {
        if (Ssse3.IsSupported)
        {
            // Two digits become a byte: the first counts sixteen times.
            Vector128<byte> digits = Vector128.Create(first, last).AsByte() & Vector128.Create((byte)0x0F);
            Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(digits, Vector128.Create((short)0x0110).AsSByte());
            return BinaryPrimitives.ReverseEndianness(Sse2.PackUnsignedSaturate(pairs, pairs).AsUInt64().ToScalar());
        }

        return ((ulong)PackEight(BinaryPrimitives.ReverseEndianness(first)) << 32) | PackEight(BinaryPrimitives.ReverseEndianness(last));
    }

    /// <summary>The low halves of eight bytes, moved together.</summary>
    private static uint PackEight(ulong ascii)
    {
        ulong digits = ascii & ~HighHalves;
        digits = (digits | (digits >> 4)) & 0x00FF_00FF_00FF_00FF;
        digits = (digits | (digits >> 8)) & 0x0000_FFFF_0000_FFFF;
        return (uint)((digits | (digits >> 16)) & uint.MaxValue);
    }

    public static bool TryParse(string text, out E164 number)
    {
        Span<byte> ascii = stackalloc byte[MaxDigits];
        if (text.Length > MaxDigits)
        {
            number = default;
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            ascii[i] = text[i] > 127 ? (byte)0 : (byte)text[i];
        }

        return TryParse(ascii[..text.Length], out number);
    }

    /// <exception cref="FormatException">The text is not 1 to 15 digits.</exception>
    public static E164 Parse(string text) =>
        TryParse(text, out E164 number) ? number : throw new FormatException($"'{text}' is not 1 to 15 digits.");

    /// <summary>Takes back what <see cref="Packed"/> gave.</summary>
    public static E164 FromPacked(ulong packed) => new(packed);

    /// <summary>The first <paramref name="length"/> digits; the number itself where it is no longer than that.</summary>
    public E164 Prefix(int length)
    {
        if (length >= Length)
        {
            return this;
        }

        return length <= 0 ? default : new E164((Packed & (ulong.MaxValue << (64 - (4 * length)))) | (uint)length);
    }

    public bool StartsWith(E164 prefix)
    {
        int length = prefix.Length;
        return length <= Length && (length == 0 || ((Packed ^ prefix.Packed) >> (64 - (4 * length))) == 0);
    }

    /// <summary>The number without its first <paramref name="count"/> digits; no number where nothing is left.</summary>
    public E164 Skip(int count) =>
        count >= Length ? default : count <= 0 ? this : new E164((Digits << (4 * count)) | (uint)(Length - count));

    /// <summary>The number with <paramref name="digit"/> put in front. The number must have fewer than 15 digits.</summary>
    public E164 Prepend(int digit)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Length, MaxDigits);
        return new E164(((ulong)digit << 60) | ((Digits >> 4) & ~0xFUL) | (uint)(Length + 1));
    }

    /// <summary>Writes the digits as ASCII and returns how many; <paramref name="ascii"/> needs room for 15.</summary>
    public int Format(Span<byte> ascii)
    {
        int length = Length;
        for (int i = 0; i < length; i++)
        {
            ascii[i] = (byte)('0' + this[i]);
        }

        return length;
    }

    public override string ToString() =>
        string.Create(Length, this, static (chars, number) =>
        {
            for (int i = 0; i < chars.Length; i++)
            {
                chars[i] = (char)('0' + number[i]);
            }
        });

    public bool Equals(E164 other) => Packed == other.Packed;

    public override bool Equals(object? obj) => obj is E164 other && Equals(other);

    public override int GetHashCode() => Packed.GetHashCode();

    public int CompareTo(E164 other) => Packed.CompareTo(other.Packed);

    public static bool operator ==(E164 left, E164 right) => left.Packed == right.Packed;

    public static bool operator !=(E164 left, E164 right) => left.Packed != right.Packed;

    public static bool operator <(E164 left, E164 right) => left.Packed < right.Packed;

    public static bool operator >(E164 left, E164 right) => left.Packed > right.Packed;

    public static bool operator <=(E164 left, E164 right) => left.Packed <= right.Packed;

    public static bool operator >=(E164 left, E164 right) => left.Packed >= right.Packed;
}
