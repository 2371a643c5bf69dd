namespace Perimeter.Domain;

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

    /// <summary>What the row is found by beside or in place of its code.</summary>
    public RateRowKey Key => new(Origin, Lata, Ocn);

    public DestinationId Destination { get; init; }

    public Rate? Rate { get; init; }

    public Rate? Interstate { get; init; }

    public Rate? Intrastate { get; init; }

    public Rate? Indeterminate { get; init; }

    public Rate? Local { get; init; }

    /// <summary>All rates per minute that the row carries.</summary>
    public RateSet Rates => new(Rate, Interstate, Intrastate, Indeterminate, Local);

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
