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
    RateDeckId Id, string Name, Direction Direction, Relation Relation, RateDeckSettings Settings, Interval InForce, IReadOnlyList<RateRow> Rows);

/// <summary>
/// One row of a deck, checked. A rate that the row does not carry is null; a row with only <see cref="Rate"/> is flat.
/// In US decks <see cref="Code"/> always has its leading 1, whatever <see cref="CodeText"/> says; in decks keyed by tier it is the tier, one digit.
/// In decks keyed by LATA and OCN there is none.
/// </summary>
public sealed record RateRow
{
    public required E164 Code { get; init; }

    /// <summary>The code as the deck writes it, for output.</summary>
    public required string CodeText { get; init; }

    /// <summary>Of origin-based decks; any in all others.</summary>
    public RateOrigin Origin { get; init; }

    /// <summary>Of LATA/OCN decks; none where the row is for any.</summary>
    public Lata Lata { get; init; }

    /// <summary>Of LATA/OCN decks, where none is for any, and of Peering decks.</summary>
    public Ocn Ocn { get; init; }

    public DestinationId Destination { get; init; }

    public Rate? Rate { get; init; }

    public Rate? Interstate { get; init; }

    public Rate? Intrastate { get; init; }

    public Rate? Indeterminate { get; init; }

    public Rate? Local { get; init; }

    public BillingIncrement Increment { get; init; } = BillingIncrement.PerSecond;

    public Money ConnectFee { get; init; }

    public Rate? InitialRate { get; init; }

    /// <summary>As written: it may still be cut short by the next row of the same key.</summary>
    public Interval InForce { get; init; } = Interval.Always;

    public bool Blocked { get; init; }

    /// <summary>Of DID decks; null where the row has none. Calls are not charged them.</summary>
    public NumberCharges? NumberCharges { get; init; }

    /// <summary>The upload, from 1, that brought the row: of two rows with the same key and date the later upload, then the later line, wins.</summary>
    public int Upload { get; init; } = 1;

    /// <summary>Line of the file, from 1, the header being line 1.</summary>
    public int Line { get; init; }
}
