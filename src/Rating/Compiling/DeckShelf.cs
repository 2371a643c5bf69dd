using Perimeter.Domain;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating.Compiling;

/// <summary>The compiled decks of a snapshot, and over which codes the assigned ones are laid: what the next snapshot may share.</summary>
internal sealed record DeckShelf(
    IReadOnlyDictionary<RateDeckId, RateDeck> Decks,
    IReadOnlyDictionary<RateDeckId, PlacedDeck> Placed,
    CodeTable International,
    CodeTable UsCanada,
    CodeTable Tiers,
    ReferenceData Reference)
{
    /// <summary>Lays the assigned decks over the union of their codes: one table for E.164 codes, one for those of US and Canada, one for tiers.</summary>
    public static DeckShelf Place(
        IReadOnlyDictionary<RateDeckId, RateDeck> decks, IEnumerable<RateDeckId> assigned, CurrencyRates currencies, ReferenceData reference,
        DeckShelf? previous)
    {
        List<RateDeck> used = [.. assigned.Distinct().Select(id => decks[id])];
        CodeTable international = Table(used.Where(static deck => deck.Key == DeckKey.Code), previous?.International);
        CodeTable usCanada = Table(used.Where(static deck => deck.Key == DeckKey.Npa), previous?.UsCanada);
        CodeTable tiers = Table(used.Where(static deck => deck.Key == DeckKey.Tier), previous?.Tiers);
        Dictionary<RateDeckId, PlacedDeck> placed = [];
        foreach (RateDeck deck in used)
        {
            CodeTable table = deck.Key switch
            {
                DeckKey.Npa => usCanada,
                DeckKey.Tier => tiers,
                DeckKey.LataOcn => CodeTable.Empty,
                _ => international,
            };
            ExchangeRateTimeline rates = currencies.Of(deck.Currency);
            bool shared = previous is not null && previous.Placed.TryGetValue(deck.Id, out PlacedDeck? before)
                && ReferenceEquals(before.Deck, deck) && ReferenceEquals(before.Table, table);
            placed.Add(deck.Id, shared ? previous!.Placed[deck.Id].With(rates, reference) : new PlacedDeck(deck, table, rates, reference));
        }

        return new DeckShelf(decks, placed, international, usCanada, tiers, reference);
    }

    private static CodeTable Table(IEnumerable<RateDeck> decks, CodeTable? previous)
    {
        ulong[] codes = CodeUnion.Of([.. decks.Select(static deck => deck.Timelines.Codes)]);
        return previous is not null && previous.Codes.SequenceEqual(codes) ? previous : new CodeTable(codes);
    }
}
