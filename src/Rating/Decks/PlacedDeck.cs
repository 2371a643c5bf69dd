using Perimeter.Domain;
using Perimeter.Rating.Codes;

namespace Perimeter.Rating.Decks;

/// <summary>A deck laid over a table of codes: for each code of the table, the timeline of the deck's longest code that begins it.</summary>
internal sealed class PlacedDeck
{
    private const int NoTimeline = -1;

    private readonly int[] _timelineByCode;

    public PlacedDeck(RateDeck deck, CodeTable table, ExchangeRateTimeline exchangeRates)
        : this(deck, table, exchangeRates, Place(deck, table))
    {
    }

    private PlacedDeck(RateDeck deck, CodeTable table, ExchangeRateTimeline exchangeRates, int[] timelineByCode)
    {
        Deck = deck;
        Table = table;
        ExchangeRates = exchangeRates;
        _timelineByCode = timelineByCode;
    }

    public RateDeck Deck { get; }

    public CodeTable Table { get; }

    public ExchangeRateTimeline ExchangeRates { get; }

    /// <summary>The same deck over the same codes, with the exchange rates of another snapshot.</summary>
    public PlacedDeck With(ExchangeRateTimeline exchangeRates) => new(Deck, Table, exchangeRates, _timelineByCode);

    /// <summary>The row that holds at the instant for the code of the table, or <see cref="TimelineSegment.NoRow"/>.</summary>
    public int RowAt(int code, long instantMs)
    {
        if (code == CodeTable.None)
        {
            return TimelineSegment.NoRow;
        }

        int timeline = _timelineByCode[code];
        return timeline == NoTimeline ? TimelineSegment.NoRow : Deck.Timelines.RowAt(timeline, instantMs);
    }

    private static int[] Place(RateDeck deck, CodeTable table)
    {
        ulong[] codes = deck.Timelines.Codes;
        int[] starts = deck.Timelines.Starts;
        int[] timelineByCode = new int[table.Count];
        int next = 0;
        for (int code = 0; code < timelineByCode.Length; code++)
        {
            if (next < codes.Length && codes[next] == table.Codes[code])
            {
                timelineByCode[code] = starts[next++];
                continue;
            }

            // Parents sort before their children, so theirs is known already.
            int parent = table.ParentOf(code);
            timelineByCode[code] = parent == CodeTable.None ? NoTimeline : timelineByCode[parent];
        }

        return timelineByCode;
    }
}
