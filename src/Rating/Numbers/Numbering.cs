using System.Numerics;
using System.Runtime.CompilerServices;
using Perimeter.Domain;

namespace Perimeter.Rating.Numbers;

/// <summary>
/// The numbers of our own by number and instant. The periods of a number stand together, the latest first, and a hash table has where: two reads of memory
/// for a number that is listed, mostly one for another. 32 bytes a row and 8 to 16 a number.
/// </summary>
internal sealed class Numbering
{
    private const ulong HashFactor = 0x9E37_79B9_7F4A_7C15;
    private const int HashBits = 64;
    private const int NoPeriod = 0;

    private readonly Period[] _periods;

    /// <summary>One more than where the periods of a number begin, or <see cref="NoPeriod"/>; a number stands in the first free slot from its own on.</summary>
    private readonly int[] _slots;
    private readonly int _shift;

    private Numbering(IReadOnlyList<NumberConfig> numbers, Period[] periods, int[] slots)
    {
        Numbers = numbers;
        _periods = periods;
        _slots = slots;
        _shift = HashBits - BitOperations.Log2((uint)slots.Length);
    }

    /// <summary>What this was compiled from.</summary>
    public IReadOnlyList<NumberConfig> Numbers { get; }

    /// <summary>Bytes held for finding numbers.</summary>
    public long Bytes => (Unsafe.SizeOf<Period>() * (long)_periods.Length) + (sizeof(int) * (long)_slots.Length);

    /// <summary>What the numbering says of a number at an instant.</summary>
    public NumberListing Find(E164 number, long instantMs)
    {
        int period = FirstPeriodOf(number);
        for (; period >= 0 && period < _periods.Length && _periods[period].Number == number; period++)
        {
            if (_periods[period].FromMs <= instantMs)
            {
                return instantMs < _periods[period].ToMs ? _periods[period].Listing : default;
            }
        }

        return default;
    }

    /// <summary>Every row of a number by its place in <see cref="Numbers"/>, the latest first: for explaining.</summary>
    public IEnumerable<int> RowsOf(E164 number)
    {
        for (int period = FirstPeriodOf(number); period >= 0 && period < _periods.Length && _periods[period].Number == number; period++)
        {
            yield return _periods[period].Listing.Row;
        }
    }

    /// <summary>Compiles the numbers; what is wrong with them is added to <paramref name="errors"/>.</summary>
    public static Numbering Compile(IReadOnlyList<NumberConfig> numbers, List<CompileError> errors)
    {
        Period[] periods = PeriodsOf(numbers, errors);
        Array.Sort(periods, static (left, right) =>
        {
            int order = left.Number.CompareTo(right.Number);
            order = order != 0 ? order : right.FromMs.CompareTo(left.FromMs);
            return order != 0 ? order : left.Listing.Row.CompareTo(right.Listing.Row);
        });
        int distinct = 0;
        for (int i = 0; i < periods.Length; i++)
        {
            bool isFirst = i == 0 || periods[i - 1].Number != periods[i].Number;
            distinct += isFirst ? 1 : 0;
            if (!isFirst && periods[i].ToMs > periods[i - 1].FromMs)
            {
                errors.Add(Overlap(numbers, periods[i].Listing.Row, periods[i - 1].Listing.Row));
            }
        }

        // At most half of the slots are taken, so that few numbers share the way to theirs.
        int[] slots = new int[BitOperations.RoundUpToPowerOf2(2 * (uint)Math.Max(distinct, 1))];
        Numbering numbering = new(numbers, periods, slots);
        for (int i = 0; i < periods.Length; i++)
        {
            if (i == 0 || periods[i - 1].Number != periods[i].Number)
            {
                numbering.Add(periods[i].Number, i);
            }
        }

        return numbering;
    }

    private void Add(E164 number, int firstPeriod)
    {
        int slot = SlotOf(number);
        while (_slots[slot] != NoPeriod)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = firstPeriod + 1;
    }

    private int FirstPeriodOf(E164 number)
    {
        int slot = SlotOf(number);
        while (_slots[slot] != NoPeriod && _periods[_slots[slot] - 1].Number != number)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return _slots[slot] - 1;
    }

    private int SlotOf(E164 number) => (int)(unchecked(number.Packed * HashFactor) >> _shift);

    private static Period[] PeriodsOf(IReadOnlyList<NumberConfig> numbers, List<CompileError> errors)
    {
        Period[] periods = new Period[numbers.Count];
        int count = 0;
        for (int row = 0; row < numbers.Count; row++)
        {
            NumberConfig number = numbers[row];
            if (FaultOf(number) is { } fault)
            {
                errors.Add(new CompileError(CompileSubject.Number, number.Id, row, number.Line, fault));
            }
            else if (!number.InForce.IsEmpty)
            {
                periods[count++] = new Period(number.Number, number.InForce.FromMs, number.InForce.ToMs, NumberListing.Of(number, row));
            }
        }

        Array.Resize(ref periods, count);
        return periods;
    }

    private static string? FaultOf(in NumberConfig number)
    {
        if (number.Number.IsNone || number.Number[0] == 0)
        {
            return $"'{number.Number}' is not 1 to {E164.MaxDigits} digits that begin with 1 to 9, and so no valid number is equal to it";
        }

        if (number.Type is not (NumberType.Did or NumberType.TollFree))
        {
            return "its type must be Did or TollFree";
        }

        return number.CustomerTier > NumberConfig.MaxTier || number.VendorTier > NumberConfig.MaxTier
            ? $"its tiers are {number.CustomerTier} and {number.VendorTier}; they must be 1 to {NumberConfig.MaxTier}, or 0 for none"
            : null;
    }

    private static CompileError Overlap(IReadOnlyList<NumberConfig> numbers, int earlier, int later)
    {
        (NumberConfig first, NumberConfig second) = earlier < later ? (numbers[earlier], numbers[later]) : (numbers[later], numbers[earlier]);
        long fromMs = Math.Max(first.InForce.FromMs, second.InForce.FromMs);
        string other = first.Line > 0 ? $"line {first.Line}" : $"row {first.Id}";
        return new CompileError(
            CompileSubject.Number, second.Id, Math.Max(earlier, later), second.Line,
            $"{second.Number} is listed by {other} too from {Instant.Text(fromMs)} on; a number is active once at a time, so end one row earlier");
    }

    private readonly record struct Period(E164 Number, long FromMs, long ToMs, NumberListing Listing);
}
