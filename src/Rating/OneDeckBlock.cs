using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating;

/// <summary>
/// A few calls in a row by one deck, of which the codes are found together, so that their waits for memory overlap. What a call brings is read when it is
/// added, and its texts are not needed longer. One for each thread; used again after <see cref="Clear"/>. Allocates nothing per call.
/// </summary>
public sealed class OneDeckBlock(OneDeckRater rater)
{
    /// <summary>The most calls of a block.</summary>
    public const int MaxCalls = SideBlock.MaxCalls;

    private readonly SideInRating[] _begun = new SideInRating[MaxCalls];
    private readonly RatedSide[] _sides = new RatedSide[MaxCalls];

    public int Count { get; private set; }

    public bool IsFull => Count == MaxCalls;

    public void Add(in OneDeckCall call)
    {
        NoTrace none = default;
        rater.Begin(call, ref _begun[Count], out _sides[Count], ref none);
        Count++;
    }

    /// <summary>Rates the calls that were added, and gives what <see cref="OneDeckRater.Rate(in OneDeckCall, out RatedSide)"/> gives for each.</summary>
    public ReadOnlySpan<RatedSide> Rate()
    {
        Span<E164> numbers = stackalloc E164[MaxCalls];
        Span<int> calls = stackalloc int[MaxCalls];
        Span<int> found = stackalloc int[MaxCalls];
        Span<int> codes = stackalloc int[MaxCalls];
        codes.Fill(CodeTable.None);
        int matched = 0;
        for (int call = 0; call < Count; call++)
        {
            if (_begun[call].IsToMatch)
            {
                numbers[matched] = _begun[call].Number;
                calls[matched++] = call;
            }
        }

        rater.Placed.Table.FindAll(numbers[..matched], found);
        for (int i = 0; i < matched; i++)
        {
            codes[calls[i]] = found[i];
            rater.Placed.PrefetchRow(found[i]);
        }

        FindSlots(codes[..Count]);
        NoTrace none = default;
        for (int call = 0; call < Count; call++)
        {
            if (_begun[call].Deck is not null)
            {
                DeckRating.End(_begun[call], codes[call], ref _sides[call], ref none);
            }
        }

        return _sides.AsSpan(0, Count);
    }

    public void Clear() => Count = 0;

    /// <summary>Puts in the place of each code the slot of the row that holds.</summary>
    private void FindSlots(Span<int> codes)
    {
        if (!rater.Placed.Deck.IsByTimeline)
        {
            for (int call = 0; call < codes.Length; call++)
            {
                codes[call] = _begun[call].Deck is null ? DeckRows.NoSlot : DeckRating.FindSlot(_begun[call], codes[call]);
            }

            return;
        }

        Span<long> instants = stackalloc long[MaxCalls];
        for (int call = 0; call < codes.Length; call++)
        {
            instants[call] = _begun[call].Times.SetupMs;
        }

        rater.Placed.FindSlots(codes, instants, codes);
    }
}
