using System.Runtime.CompilerServices;

namespace Perimeter.Rating.Codes;

/// <summary>
/// What is known of a number by its leading digits, in 32 bits: the code that it has, the few codes that may begin it, or the table by which its next digits decide.
/// The lowest two bits tell which.
/// </summary>
internal readonly record struct CodePlace
{
    /// <summary>Codes that are compared with a number at once: one vector of <see cref="CodeTail"/>s.</summary>
    public const int MaxStretch = 16;

    /// <summary>The highest place of a code or of a table.</summary>
    public const int MaxValue = (1 << (31 - SmallShift)) - 1;

    private const int KindBits = 2;
    private const int SmallBits = 4;
    private const int SmallShift = KindBits + SmallBits;

    private const int Table = 0;
    private const int Stretch = 1;
    private const int LongStretch = 2;
    private const int Answer = 3;

    private readonly int _value;

    private CodePlace(int value) => _value = value;

    public bool IsTable => (_value & 3) == Table;

    public bool IsAnswer => (_value & 3) == Answer;

    /// <summary>Whether the codes of the stretch are too long to be compared as <see cref="CodeTail"/>s.</summary>
    public bool IsLongStretch => (_value & 3) == LongStretch;

    /// <summary>Of an answer: the longest code that begins every number with these digits, or <see cref="CodeTable.None"/>.</summary>
    public int Code => _value >> KindBits;

    /// <summary>Of a stretch: its first code.</summary>
    public int First => _value >> SmallShift;

    /// <summary>Of a stretch: a bit for each of its codes, the first one's lowest.</summary>
    public uint Codes => unchecked((2u << ((_value >> KindBits) & (MaxStretch - 1))) - 1);

    /// <summary>Where memory that goes by code will probably be read: the answer, or the first of the stretch.</summary>
    public int Near => IsAnswer ? Code : First;

    public static CodePlace OfTable(int start, int digits) => new((Checked(start) << SmallShift) | (digits << KindBits) | Table);

    public static CodePlace OfStretch(int first, int count, bool isLong) =>
        new((Checked(first) << SmallShift) | ((count - 1) << KindBits) | (isLong ? LongStretch : Stretch));

    public static CodePlace OfAnswer(int code) => new((code << KindBits) | Answer);

    /// <summary>Of a table: the index of the number's entry in it. <paramref name="usedBits"/> grows by the digits that the table is over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexIn(ulong digits, ref int usedBits)
    {
        unchecked
        {
            int bits = _value & ((1 << SmallShift) - 1);
            uint next = (uint)((digits << usedBits) >> (64 - bits));
            usedBits += bits;
            uint pairs = next - (6 * ((next >> 4) & 0x0F0F0F));
            return (_value >> SmallShift) + (int)((pairs & 0xFF) + (100 * ((pairs >> 8) & 0xFF)) + (10_000 * (pairs >> 16)));
        }
    }

    private static int Checked(int place) => place <= MaxValue
        ? place
        : throw new InvalidOperationException($"A list of codes needs more than {MaxValue} places; split the decks over several instances.");
}
