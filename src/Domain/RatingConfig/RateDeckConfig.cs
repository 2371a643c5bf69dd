namespace Perimeter.Domain;

/// <summary>What holds for every row of a deck (rating.md; DECK-2).</summary>
public sealed record RateDeckSettings
{
    public required DeckType Type { get; init; }

    /// <summary>Of DID and toll-free decks; where the numbers of other decks are goes by their type.</summary>
    public DeckLocation Location { get; init; } = DeckLocation.UsCanada;

    /// <summary>What the rows are found by.</summary>
    public DeckKey Key => DeckTypes.KeyOf(Type, Location);

    /// <summary>Whether the deck is of the US and Canada, and may have a rate for each jurisdiction.</summary>
    public bool HasJurisdictions => Key is DeckKey.Npa or DeckKey.LataOcn;

    public CurrencyCode Currency { get; init; } = CurrencyCode.Usd;

    /// <summary>IANA name; dates without a time are midnight here.</summary>
    public string TimeZone { get; init; } = "UTC";

    public int RoundingDigits { get; init; } = 6;

    public RoundingMethod Rounding { get; init; } = RoundingMethod.HalfUp;

    public SecondsRounding SecondsRounding { get; init; } = SecondsRounding.Up;

    public bool PropagationDelay { get; init; }

    /// <summary>Calls of at most so many whole seconds are not charged; 0 is off.</summary>
    public int GraceSeconds { get; init; }

    public Money MinimumCharge { get; init; }

    public Money PayphoneSurcharge { get; init; }

    public RateOn RateOn { get; init; } = RateOn.Lrn;

    public MissingRatePolicy MissingRate { get; init; } = MissingRatePolicy.Highest;

    public TerritoryPolicy Territories { get; init; } = TerritoryPolicy.Indeterminate;
}

/// <summary>A deck: settings, when it is in force as a whole, and its rows in the order in which they were uploaded.</summary>
public sealed record RateDeckConfig(
    RateDeckId Id, string Name, Direction Direction, Relation Relation, RateDeckSettings Settings, Interval InForce, RateRows Rows);
