namespace Perimeter.Domain;

/// <summary>
/// Everything that rating depends on, as people wrote it and as it was known at one revision: what a snapshot is compiled from.
/// Instants are milliseconds of UTC; an interval is <c>from &lt;= t &lt; to</c>.
/// </summary>
public sealed record RatingConfig
{
    public required ConfigRevision Revision { get; init; }

    public required CurrencyCode SystemCurrency { get; init; }

    public required IReadOnlyList<RelationshipConfig> Relationships { get; init; }

    public required IReadOnlyList<TrunkGroupConfig> TrunkGroups { get; init; }

    public required IReadOnlyList<TrunkConfig> Trunks { get; init; }

    public IReadOnlyList<ManipulationConfig> Manipulations { get; init; } = [];

    public required IReadOnlyList<DeckAssignmentConfig> Assignments { get; init; }

    public required IReadOnlyList<ExchangeRateConfig> ExchangeRates { get; init; }

    public required IReadOnlyList<RateDeckConfig> Decks { get; init; }

    /// <summary>The numbers of our own: what calls on Origination groups are to.</summary>
    public IReadOnlyList<NumberConfig> Numbers { get; init; } = [];

    /// <summary>Where numbers of the US and Canada are, and whose, as imported; empty where nothing was.</summary>
    public IReadOnlyList<ReferenceRow> ReferenceData { get; init; } = [];

    /// <summary>Where the carrier lists none of its own, <see cref="EmergencyNumberConfig.Defaults"/>.</summary>
    public required IReadOnlyList<EmergencyNumberConfig> EmergencyNumbers { get; init; }

    /// <summary>The switches whose records are taken in their own words. Rating does not depend on them: they are published with it.</summary>
    public IReadOnlyList<SwitchConfig> Switches { get; init; } = [];

    /// <summary>The name of each destination by its number; index 0 is the empty name.</summary>
    public required IReadOnlyList<string> DestinationNames { get; init; }
}
