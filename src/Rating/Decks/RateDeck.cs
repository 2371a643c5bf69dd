using System.Buffers;
using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Numbers;

namespace Perimeter.Rating.Decks;

/// <summary>How a deck rates toll-free calls: not at all; by the ANI and its jurisdiction; or, holding toll-free codes only or being international, flat by the dialled number.</summary>
internal enum TollFreeKind { None, ByAni, Flat }

/// <summary>A deck, compiled: immutable, and shared by all snapshots in which it is the same.</summary>
internal sealed class RateDeck
{
    private RateDeck(RateDeckConfig config, TollFreeKind tollFree, DeckRows rows, RateTimelines timelines)
    {
        Config = config;
        Rows = rows;
        Timelines = timelines;
        Origins = config.Settings.Type == DeckType.OriginBased ? OriginRows.Build(config.Rows, timelines) : null;
        Terms = new DeckTerms(config.Settings);
        Id = config.Id;
        Currency = config.Settings.Currency;
        Relation = config.Relation;
        Key = config.Settings.Key;
        LataOcns = Key == DeckKey.LataOcn ? new LataOcnRows(config.Rows) : null;
        IsUsCanada = config.Settings.HasJurisdictions;
        IsLocal = config.Settings.Type == DeckType.Local;
        TollFree = tollFree;
        RatesOnLrn = config.Settings.RateOn == RateOn.Lrn;
        Territories = config.Settings.Territories;
    }

    public RateDeckConfig Config { get; }

    public DeckTerms Terms { get; }

    public DeckRows Rows { get; }

    public RateTimelines Timelines { get; }

    /// <summary>How rows are found in a deck that looks at the calling number; null in all others.</summary>
    public OriginRows? Origins { get; }

    /// <summary>How rows are found in a deck keyed by LATA and OCN; null in all others.</summary>
    public LataOcnRows? LataOcns { get; }

    public DeckKey Key { get; }

    /// <summary>Whose tier a DID deck rates by.</summary>
    public Relation Relation { get; }

    /// <summary>Whether the code and the instant alone say which row holds.</summary>
    public bool IsByTimeline => Origins is null && LataOcns is null && !IsLocal;

    /// <summary>Whether the deck is for calls within one rate centre only.</summary>
    public bool IsLocal { get; }

    /// <summary>Whether the deck is of the US and Canada and looks at jurisdictions.</summary>
    public bool IsUsCanada { get; }

    /// <summary>Whether the deck rates toll-free calls, and by what.</summary>
    public TollFreeKind TollFree { get; }

    public bool RatesOnLrn { get; }

    public TerritoryPolicy Territories { get; }

    public RateDeckId Id { get; }

    public CurrencyCode Currency { get; }

    /// <summary>Compiles a deck; null where there were errors, all of which are added.</summary>
    /// <param name="destinations">How many destinations have names: a row's destination is below.</param>
    /// <param name="previous">The deck as it was: what has stayed is shared.</param>
    public static RateDeck? Compile(RateDeckConfig config, int destinations, List<CompileError> errors, RateDeck? previous = null)
    {
        int before = errors.Count;
        DeckChecks.Check(config, destinations, errors);
        if (errors.Count > before)
        {
            return null;
        }

        int[] rented = ArrayPool<int>.Shared.Rent(config.Rows.Count);
        Span<int> slots = rented.AsSpan(0, config.Rows.Count);
        bool hasCodes = config.Settings.Key != DeckKey.LataOcn;
        bool byCode = hasCodes && config.Settings.Type != DeckType.OriginBased;
        RateTimelines timelines = byCode
            ? RateTimelines.Build(config.Rows, slots, previous?.Timelines)
            : RateTimelines.WithoutDates(config.Rows, hasCodes, slots);
        TollFreeKind tollFree = TollFreeKindOf(config);
        bool byJurisdiction = config.Settings.HasJurisdictions && tollFree != TollFreeKind.Flat;
        DeckRows rows = new(config.Rows, byCode ? timelines.Codes : [], slots, byJurisdiction, config.Settings.MissingRate);
        ArrayPool<int>.Shared.Return(rented);
        return new RateDeck(config, tollFree, rows, timelines);
    }

    private static TollFreeKind TollFreeKindOf(RateDeckConfig config)
    {
        if (config.Settings.Type != DeckType.TollFree)
        {
            return TollFreeKind.None;
        }

        return config.Settings.Location == DeckLocation.International || IsTollFree(config.Rows) ? TollFreeKind.Flat : TollFreeKind.ByAni;
    }

    private static bool IsTollFree(RateRows rows)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            if (NumberPlan.Shipped.KindOf(NumberPlan.NpaOf(rows.CodeOf(row))) != NpaKind.TollFree)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether compiling <paramref name="config"/> would give this very deck.</summary>
    public bool IsOf(RateDeckConfig config) => config == Config;
}
