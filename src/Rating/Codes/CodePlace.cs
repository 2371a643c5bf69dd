using System.Runtime.CompilerServices;

namespace Perimeter.Rating.Codes;

/// <summary>
/// What is known of a number by its leading digits, in 32 bits: a <em>stretch</em> of a few codes in a row that may begin it, or the table by which its next digits
/// decide, as the lowest bit tells. A code that begins whatever leads there is a stretch of its own.
/// </summary>
internal readonly record struct CodePlace
{
    /// <summary>Codes that are compared with a number at once.</summary>
    public const int MaxStretch = 2 * CodeComparison.Codes;

    /// <summary>The highest place of a code or of a table.</summary>
    public const int MaxValue = (1 << (32 - SmallShift)) - 1;

    /// <summary>The lowest bits: whether it is a table. Above them are a small number (<see cref="SmallMask"/>) and a place.</summary>
    public const int KindBits = 1;
    public const int SmallShift = KindBits + SmallBits;
    public const uint SmallMask = (1u << SmallBits) - 1;

    /// <summary>Of a number's digits, the first highest.</summary>
    public const int BitsOfDigits = 64;

    /// <summary>No code begins what leads here: a stretch without codes.</summary>
    public static readonly CodePlace None = new(0);

    private const int SmallBits = 5;

    private readonly uint _value;

    private CodePlace(uint value) => _value = value;

    public bool IsTable => (_value & 1) != 0;

    /// <summary>1 of a table, else 0.</summary>
    public int Tables => unchecked((int)(_value & 1));

    /// <summary>Of a stretch: its first code.</summary>
    public int First => unchecked((int)(_value >> SmallShift));

    /// <summary>Of a stretch: how many codes it has.</summary>
    public int Count => unchecked((int)((_value >> KindBits) & SmallMask));

    public static CodePlace OfTable(int start, int digits) => new((Checked(start) << SmallShift) | (uint)(4 * digits << KindBits) | 1);

    public static CodePlace OfStretch(int first, int count) => new((Checked(first) << SmallShift) | (uint)(count << KindBits));

    /// <summary>Of a table: the index of the number's entry in it. The digits that the table is over are taken off the number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexIn(ref ulong digits)
    {
        unchecked
        {
            int bits = Count;
            uint next = (uint)(digits >> (BitsOfDigits - bits));
            digits <<= bits;
            uint pairs = next - (6 * ((next >> 4) & 0x0F0F0F));
            return First + (int)((pairs & 0xFF) + (100 * ((pairs >> 8) & 0xFF)) + (10_000 * (pairs >> 16)));
        }
    }

    private static uint Checked(int place) => place <= MaxValue
        ? (uint)place
        : throw new InvalidOperationException($"A list of codes needs more than {MaxValue} places; split the decks over several instances.");
}
