using Perimeter.Domain;

namespace Perimeter.Rating.Explain;

/// <summary>Why one side came to its outcome. What was not reached is null or empty.</summary>
public sealed record SideExplanation
{
    /// <summary>What the side came to: the very values that rating gives.</summary>
    public required RatedSide Result { get; init; }

    /// <summary>The outcome in a sentence.</summary>
    public required string Reason { get; init; }

    public TrunkGroupExplanation? TrunkGroup { get; init; }

    public IReadOnlyList<NumberExplanation> Numbers { get; init; } = [];

    /// <summary>Only of Origination sides, which go by the numbering.</summary>
    public NumberingExplanation? Numbering { get; init; }

    /// <summary>How the class was found; empty where it was not looked at.</summary>
    public IReadOnlyList<string> Class { get; init; } = [];

    public DeckExplanation? Deck { get; init; }

    /// <summary>The number looked up in the deck, and why this one; none where it was not reached.</summary>
    public LookupExplanation? Lookup { get; init; }

    public JurisdictionExplanation? Jurisdiction { get; init; }

    public DurationExplanation? Duration { get; init; }

    /// <summary>Only where the outcome is Rated.</summary>
    public ChargeExplanation? Charge { get; init; }
}

/// <param name="Name">The group found, or null.</param>
/// <param name="Steps">How it was looked for.</param>
public sealed record TrunkGroupExplanation(TrunkGroupId? Id, string? Name, string? Relationship, IReadOnlyList<string> Steps);

/// <param name="Field">The event's field: dnis, ani_sent, ...</param>
/// <param name="Received">The text as received.</param>
/// <param name="Steps">What was done to it, in order.</param>
/// <param name="Number">What came of it; none where it is not a number.</param>
public sealed record NumberExplanation(string Field, string Received, IReadOnlyList<string> Steps, E164 Number);

/// <param name="Version">The upload that holds the row used; 0 where no code was found.</param>
public sealed record DeckExplanation(RateDeckId Id, string Name, DeckType Type, int Version, CurrencyCode Currency, string How);

/// <param name="Codes">The codes of the deck that begin the number, longest first, down to the one that applied.</param>
public sealed record LookupExplanation(E164 Number, string Which, IReadOnlyList<CodeExplanation> Codes);

/// <param name="Code">As the deck writes it.</param>
/// <param name="Line">Line of the deck's file.</param>
/// <param name="Why">Why the row did or did not apply.</param>
public sealed record CodeExplanation(string Code, int Upload, int Line, string Destination, bool Applied, string Why);

/// <param name="RegionA">Region of the originating number; empty where unknown.</param>
/// <param name="RegionB">Region of the terminating number; empty where unknown.</param>
/// <param name="RateChoice">Which of the row's rates was taken, and why.</param>
public sealed record JurisdictionExplanation(Jurisdiction Jurisdiction, string RegionA, string RegionB, string Why, string RateChoice);

public sealed record DurationExplanation(long RawMs, long RoundedSeconds, long Seconds, long BilledSeconds, IReadOnlyList<string> Steps);

/// <param name="Formula">The formula with its numbers.</param>
/// <param name="Exact">The amount before rounding, exact: a decimal, or a fraction where it has no end.</param>
/// <param name="Rounding">Digits and method.</param>
public sealed record ChargeExplanation(string Formula, string Exact, string Rounding, Money Charge, CurrencyCode Currency, ExchangeRate ExchangeRate, Money SystemCharge);
