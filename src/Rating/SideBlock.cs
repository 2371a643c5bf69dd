using Perimeter.Domain;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Compiling;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating;

/// <summary>One side of a few calls in a row, of which the codes are found together.</summary>
internal sealed class SideBlock
{
    /// <summary>Enough calls to wait for memory together, few enough that what is begun of them stays in the nearest cache.</summary>
    public const int MaxCalls = CodePlaces.MaxTogether;

    private readonly SideInRating[] _sides = new SideInRating[MaxCalls];
    private readonly int[] _codes = new int[MaxCalls];
    private readonly int[] _slots = new int[MaxCalls];

    public ref SideInRating this[int call] => ref _sides[call];

    /// <summary>Finds the codes of the first <paramref name="count"/> calls.</summary>
    public void Match(DeckShelf decks, int count) => MatchBeside(null, decks, count);

    /// <summary>The same; both sides of a call mostly look the same number up, and pay for one match.</summary>
    public void MatchBeside(SideBlock? other, DeckShelf decks, int count)
    {
        Span<E164> international = stackalloc E164[MaxCalls];
        Span<E164> usCanada = stackalloc E164[MaxCalls];
        Span<int> internationalCalls = stackalloc int[MaxCalls];
        Span<int> usCanadaCalls = stackalloc int[MaxCalls];
        int internationals = 0;
        int usCanadas = 0;
        for (int call = 0; call < count; call++)
        {
            ref SideInRating side = ref _sides[call];
            _codes[call] = CodeTable.None;
            if (!side.IsToMatch)
            {
                continue;
            }

            if (other is not null && other.HasMatched(call, side))
            {
                _codes[call] = other._codes[call];
            }
            else if (side.Deck!.Deck.Key == DeckKey.Tier)
            {
                _codes[call] = side.Deck.CodeOf(side.Number);
            }
            else if (side.Deck.Deck.IsUsCanada)
            {
                usCanada[usCanadas] = side.Number;
                usCanadaCalls[usCanadas++] = call;
            }
            else
            {
                international[internationals] = side.Number;
                internationalCalls[internationals++] = call;
            }
        }

        FindAll(decks.International, international[..internationals], internationalCalls);
        FindAll(decks.UsCanada, usCanada[..usCanadas], usCanadaCalls);
        FindSlots(count);
    }

    /// <summary>The second half of rating one call's side.</summary>
    public void End<TTrace>(int call, ref RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (_sides[call].Deck is not null)
        {
            DeckRating.End(_sides[call], _slots[call], ref side, ref trace);
        }
    }

    public void Clear() => Array.Clear(_sides);

    private bool HasMatched(int call, in SideInRating side) =>
        _sides[call].IsToMatch && _sides[call].Number == side.Number && ReferenceEquals(_sides[call].Deck!.Table, side.Deck!.Table);

    private void FindAll(CodeTable table, ReadOnlySpan<E164> numbers, ReadOnlySpan<int> calls)
    {
        Span<int> codes = stackalloc int[MaxCalls];
        table.FindAll(numbers, codes);
        for (int i = 0; i < numbers.Length; i++)
        {
            _codes[calls[i]] = codes[i];
        }
    }

    /// <summary>
    /// From codes to the rows that hold, in steps for all calls, each of which asks for the memory of the next: most rows hold by their price alone, and where one
    /// does not, the one that does is two reads of memory away.
    /// </summary>
    private void FindSlots(int count)
    {
        for (int call = 0; call < count; call++)
        {
            _sides[call].Deck?.Prefetch(_codes[call]);
        }

        for (int call = 0; call < count; call++)
        {
            _sides[call].Deck?.PrefetchRow(_codes[call]);
        }

        Span<int> older = stackalloc int[MaxCalls];
        int olders = 0;
        for (int call = 0; call < count; call++)
        {
            ref SideInRating side = ref _sides[call];
            if (side.Deck is not { } deck)
            {
                continue;
            }

            if (!deck.Deck.IsByTimeline)
            {
                _slots[call] = DeckRating.FindSlot(side, _codes[call]);
            }
            else if (!deck.TryLast(_codes[call], side.Times.SetupMs, out _slots[call]))
            {
                deck.PrefetchTimeline(_slots[call]);
                older[olders++] = call;
            }
        }

        FindOlderSlots(older[..olders]);
    }

    /// <summary>Of calls that the last row of their code does not hold for. Their slots have the code.</summary>
    private void FindOlderSlots(ReadOnlySpan<int> calls)
    {
        foreach (int call in calls)
        {
            _sides[call].Deck!.PrefetchNext(_slots[call], _sides[call].Times.SetupMs);
        }

        foreach (int call in calls)
        {
            _slots[call] = _sides[call].Deck!.TimelineSlotAt(_slots[call], _sides[call].Times.SetupMs);
        }

        foreach (int call in calls)
        {
            _sides[call].Deck!.PrefetchCode(_slots[call]);
        }
    }
}
