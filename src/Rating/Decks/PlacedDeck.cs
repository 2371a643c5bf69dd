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
        CodePlace place = Table.PlaceOf(number, out int usedBits);

        // What a stretch's codes have lies in two lines of memory, or three.
        Prefetch(place.Near);
        Prefetch(place.Near + (CodePlace.MaxStretch / 2));
        return Table.Decide(place, number, usedBits);
    }

    /// <summary>The slot of the deck's row that holds at the instant for the code of the table, or <see cref="DeckRows.NoSlot"/>.</summary>
    public int SlotAt(int code, long instantMs)
    {
        code = DeckCodeOf(code);
        if (code == CodeTable.None)
        {
            return DeckRows.NoSlot;
        }

        return Deck.Rows.HoldsLatest(code, instantMs) ? code : SlotOf(Deck.Timelines.RowAt(Deck.Timelines.Starts[code], instantMs));
    }

    /// <summary>The same for a deck that looks at the calling number.</summary>
    /// <param name="ani">None where it is missing or invalid.</param>
    public int SlotAt(int code, long instantMs, OriginRows origins, E164 ani)
    {
        code = DeckCodeOf(code);
        return code == CodeTable.None ? DeckRows.NoSlot : SlotOf(origins.RowAt(code, ani, instantMs));
    }

    /// <summary>The same for a deck keyed by LATA and OCN.</summary>
    public int SlotAt(in NumberPlace place, long instantMs, LataOcnRows lataOcns) => SlotOf(lataOcns.RowAt(place, instantMs));

    /// <summary>Asks for the memory that <see cref="SlotAt(int, long)"/> reads first.</summary>
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
    private int DeckCodeOf(int code) => code == CodeTable.None || _deckCodes is null ? code : _deckCodes[code];

    private int SlotOf(int row) => row == TimelineSegment.NoRow ? DeckRows.NoSlot : Deck.Rows.SlotOf(row);

    private static int[] Place(RateDeck deck, CodeTable table)
    {
        ulong[] codes = deck.Timelines.Codes;
        int[] parents = CodeParents.Find(table.Codes);
        int[] deckCodes = new int[table.Count];
        int next = 0;
        for (int code = 0; code < deckCodes.Length; code++)
        {
            if (next < codes.Length && codes[next] == table.Codes[code])
            {
                deckCodes[code] = next++;
                continue;
            }

            // Parents sort before their children, so theirs is known already.
            int parent = parents[code];
            deckCodes[code] = parent == CodeTable.None ? CodeTable.None : deckCodes[parent];
        }

        return deckCodes;
    }
}
