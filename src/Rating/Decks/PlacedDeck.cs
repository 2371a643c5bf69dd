using System.Runtime.CompilerServices;
using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating.Decks;

/// <summary>A deck laid over a table of codes: for each code of the table, the timeline of the deck's longest code that begins it.</summary>
internal sealed class PlacedDeck
{
    /// <summary>
    /// For each code of the table the deck's code, by its place among the deck's, or <see cref="CodeTable.None"/>.
    /// Null where the table has exactly the codes of the deck: one wait for memory less.
    /// </summary>
    private readonly int[]? _deckCodes;

    public PlacedDeck(RateDeck deck, CodeTable table, ExchangeRateTimeline exchangeRates, ReferenceData reference)
        : this(deck, table, exchangeRates, reference, table.Codes.SequenceEqual(deck.Timelines.Codes) ? null : Place(deck, table))
    {
    }

    private PlacedDeck(RateDeck deck, CodeTable table, ExchangeRateTimeline exchangeRates, ReferenceData reference, int[]? deckCodes)
    {
        Deck = deck;
        Table = table;
        ExchangeRates = exchangeRates;
        Reference = reference;
        _deckCodes = deckCodes;
    }

    public RateDeck Deck { get; }

    public CodeTable Table { get; }

    public ExchangeRateTimeline ExchangeRates { get; }

    public ReferenceData Reference { get; }

    /// <summary>The same deck over the same codes, with the exchange rates and the reference data of another snapshot.</summary>
    public PlacedDeck With(ExchangeRateTimeline exchangeRates, ReferenceData reference) => new(Deck, Table, exchangeRates, reference, _deckCodes);

    /// <summary>The table's longest code that begins the number, or <see cref="CodeTable.None"/>.</summary>
    public int CodeOf(E164 number)
    {
        CodePlace place = Table.PlaceOf(number);

        // What a stretch's codes have lies in two lines of memory, or three.
        Prefetch(place.First);
        Prefetch(place.First + (CodePlace.MaxStretch / 2));
        return Table.Decide(place, number);
    }

    /// <summary>
    /// The first step of <see cref="SlotAt(int, long)"/>: the slot, where the code's last row holds or there is no code; else false, and the deck's own code,
    /// for <see cref="PrefetchTimeline"/>, <see cref="PrefetchNext"/> and <see cref="TimelineSlotAt"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryLast(int code, long instantMs, out int slotOrCode)
    {
        slotOrCode = DeckCodeOf(code);
        return slotOrCode == CodeTable.None || Deck.Rows.TermsOf(slotOrCode).Holds(instantMs);
    }

    /// <summary>
    /// What <see cref="SlotAt(int, long)"/> gives, for up to <see cref="CodePlaces.MaxTogether"/> codes of the table, in steps for all of them, each of which asks for the memory
    /// of the next: most rows hold by their price alone, and where one does not, the one that does is two reads of memory away.
    /// </summary>
    /// <param name="slots">Gets the slots. May be the codes themselves.</param>
    [SkipLocalsInit]
    public void FindSlots(ReadOnlySpan<int> codes, ReadOnlySpan<long> instantsMs, Span<int> slots)
    {
        if (_deckCodes is { } deckCodes)
        {
            foreach (int code in codes)
            {
                Memory.Prefetch(deckCodes, code);
            }

            for (int i = 0; i < codes.Length; i++)
            {
                slots[i] = DeckCodeOf(codes[i]);
            }

            codes = slots[..codes.Length];
        }

        Span<int> older = stackalloc int[CodePlaces.MaxTogether];
        ReadOnlySpan<int> olders = older[..Deck.Rows.FindLast(codes, instantsMs, slots, older)];
        foreach (int i in olders)
        {
            PrefetchTimeline(slots[i]);
        }

        foreach (int i in olders)
        {
            PrefetchNext(slots[i], instantsMs[i]);
        }

        foreach (int i in olders)
        {
            slots[i] = TimelineSlotAt(slots[i], instantsMs[i]);
        }

        foreach (int i in olders)
        {
            PrefetchCode(slots[i]);
        }
    }

    /// <summary>Asks for the memory by which <see cref="PrefetchNext"/> knows where to go on.</summary>
    public void PrefetchTimeline(int deckCode) => Deck.Timelines.Prefetch(deckCode);

    /// <summary>Asks for the price that is looked at where a code's last row does not hold.</summary>
    public void PrefetchNext(int deckCode, long instantMs) => Deck.Rows.Prefetch(Deck.Timelines.NextSlot(Deck.Rows, deckCode, instantMs));

    /// <summary>What <see cref="SlotAt(int, long)"/> gives, of the deck's own code; asks for all that the deck has in that slot.</summary>
    public int TimelineSlotAt(int deckCode, long instantMs)
    {
        int slot = Deck.Timelines.SlotAt(Deck.Rows, deckCode, instantMs);
        Deck.Rows.PrefetchAll(slot);
        return slot;
    }

    /// <summary>Asks for the code of a slot, once what <see cref="TimelineSlotAt"/> asked for is there.</summary>
    public void PrefetchCode(int slot) => Deck.Rows.PrefetchCode(slot);

    /// <summary>The slot of the deck's row that holds at the instant for the code of the table, or <see cref="DeckRows.NoSlot"/>.</summary>
    public int SlotAt(int code, long instantMs) => Deck.Timelines.SlotAt(Deck.Rows, DeckCodeOf(code), instantMs);

    /// <summary>The same for a deck that looks at the calling number.</summary>
    /// <param name="ani">None where it is missing or invalid.</param>
    public int SlotAt(int code, long instantMs, OriginRows origins, E164 ani)
    {
        code = DeckCodeOf(code);
        return code == CodeTable.None ? DeckRows.NoSlot : origins.RowAt(code, ani, instantMs);
    }

    /// <summary>Asks for the memory that <see cref="SlotAt(int, long)"/> reads first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int code)
    {
        if (_deckCodes is not null)
        {
            Memory.Prefetch(_deckCodes, code);
        }
        else
        {
            Deck.Rows.Prefetch(code);
        }
    }

    /// <summary>Asks for all that <see cref="DeckRows"/> has of the row which <see cref="SlotAt(int, long)"/> finds most probably.</summary>
    public void PrefetchRow(int code)
    {
        if (code != CodeTable.None)
        {
            Deck.Rows.PrefetchAll(_deckCodes is null ? code : _deckCodes[code]);
        }
    }

    /// <summary>The deck's code for a code of the table, by its place among the deck's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int DeckCodeOf(int code) => code == CodeTable.None || _deckCodes is null ? code : _deckCodes[code];

    private static int[] Place(RateDeck deck, CodeTable table)
    {
        ReadOnlySpan<ulong> codes = deck.Timelines.Codes;
        int[] deckCodes = new int[table.Count];

        // The deck's codes that begin the table's code, each beginning the next.
        Span<int> above = stackalloc int[E164.MaxDigits];
        int depth = 0;
        int next = 0;
        for (int code = 0; code < deckCodes.Length; code++)
        {
            E164 tableCode = table[code];
            while (depth > 0 && !tableCode.StartsWith(E164.FromPacked(codes[above[depth - 1]])))
            {
                depth--;
            }

            if (next < codes.Length && codes[next] == tableCode.Packed)
            {
                above[depth++] = next++;
            }

            deckCodes[code] = depth > 0 ? above[depth - 1] : CodeTable.None;
        }

        return deckCodes;
    }
}
