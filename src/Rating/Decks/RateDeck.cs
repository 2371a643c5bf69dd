using Perimeter.Domain;
using Perimeter.Rating.Charges;

namespace Perimeter.Rating.Decks;

/// <summary>A deck, compiled: immutable, and shared by all snapshots in which it is the same.</summary>
internal sealed class RateDeck
{
    private RateDeck(RateDeckConfig config, DeckRows rows, RateTimelines timelines)
    {
        Config = config;
        Rows = rows;
        Timelines = timelines;
        Terms = new DeckTerms(config.Settings);
        Id = config.Id;
        Currency = config.Settings.Currency;
        IsUsCanada = config.Settings.Type == DeckType.Npanxx;
        RatesOnLrn = config.Settings.RateOn == RateOn.Lrn;
        Territories = config.Settings.Territories;
    }

    public RateDeckConfig Config { get; }

    public DeckTerms Terms { get; }

    public DeckRows Rows { get; }

    public RateTimelines Timelines { get; }

    /// <summary>Whether the deck is keyed by NPA, NPANXX or NPANXX-X and looks at jurisdictions; else it is keyed by E.164 codes.</summary>
    public bool IsUsCanada { get; }

    public bool RatesOnLrn { get; }

    public TerritoryPolicy Territories { get; }

    public RateDeckId Id { get; }

    public CurrencyCode Currency { get; }

    /// <summary>Compiles a deck; null where there were errors, all of which are added.</summary>
    /// <param name="destinations">How many destinations have names: a row's destination is below.</param>
    public static RateDeck? Compile(RateDeckConfig config, int destinations, List<CompileError> errors)
    {
        int before = errors.Count;
        DeckChecks.Check(config, destinations, errors);
        if (errors.Count > before)
        {
            return null;
        }

        RateTimelines timelines = RateTimelines.Build(config.Rows);
        DeckRows rows = new(config.Rows, timelines, byJurisdiction: config.Settings.Type == DeckType.Npanxx, config.Settings.MissingRate);
        return new RateDeck(config, rows, timelines);
    }

    /// <summary>Whether compiling <paramref name="config"/> would give this very deck.</summary>
    public bool IsOf(RateDeckConfig config) =>
        ReferenceEquals(config, Config)
        || (config with { Rows = Config.Rows } == Config && (ReferenceEquals(config.Rows, Config.Rows) || config.Rows.SequenceEqual(Config.Rows)));
}
