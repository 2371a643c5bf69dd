using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>A trunk group as the player needs it: its names, its addresses, how it writes numbers, and what its decks have to sell.</summary>
internal sealed class SampleGroup
{
    public required TrunkGroupConfig Config { get; init; }

    public required IReadOnlyList<TrunkConfig> Trunks { get; init; }

    public required SampleWriting Writing { get; init; }

    /// <summary>The first deck of each class.</summary>
    public required IReadOnlyDictionary<CallClass, RateDeckConfig> Decks { get; init; }

    public SampleCodes? International { get; init; }

    /// <summary>Null too where the US and Canada are sold by a deck without codes, or by one for some calls only.</summary>
    public SampleCodes? UsCanada { get; init; }

    public string Name => Config.Name;

    public bool IsNanp => Config.Form == NumberingForm.Nanp;

    /// <summary>No other group takes calls from the first trunk's address, so that the address alone says which group it is.</summary>
    public bool HasOwnAddress { get; init; }

    public bool Has(CallClass callClass) => Decks.ContainsKey(callClass);

    public bool HasUsDeck(DeckType type) => Decks.TryGetValue(CallClass.UsCanada, out RateDeckConfig? deck) && deck.Settings.Type == type;

    /// <summary>Whether calls to numbers of our own, there or abroad, are rated by what it is assigned.</summary>
    public bool Trades(CallClass callClass, DeckLocation location) => Decks.TryGetValue(callClass, out RateDeckConfig? deck) && deck.Settings.Location == location;
}
