namespace Perimeter.Domain;

/// <summary>What holds of the types of decks, whatever deck it is.</summary>
public static class DeckTypes
{
    /// <summary>The types that rate calls now; the others are named and come later.</summary>
    public static IReadOnlyList<DeckType> Supported { get; } = [DeckType.InternationalDialed, DeckType.OriginBased, DeckType.Npanxx, DeckType.TollFree];

    public static bool IsSupported(DeckType type) => Supported.Contains(type);

    /// <summary>Whether decks of the type have NPA, NPANXX and NPANXX-X for codes, and rates by jurisdiction; else they have E.164 codes.</summary>
    public static bool IsKeyedByNpa(DeckType type) => type is DeckType.Npanxx or DeckType.TollFree;

    /// <summary>The types of decks that a class of calls is rated by. Emergency numbers are rated by an International Dialed deck.</summary>
    public static IReadOnlyList<DeckType> For(CallClass callClass) => callClass switch
    {
        CallClass.International => [DeckType.InternationalDialed, DeckType.OriginBased],
        CallClass.Emergency => [DeckType.InternationalDialed],
        CallClass.UsCanada => [DeckType.Npanxx],
        CallClass.TollFree => [DeckType.TollFree],
        CallClass.Did => [DeckType.Did],
        _ => [],
    };

    /// <summary>The supported types by the words that a message has for them: "a, b and c".</summary>
    public static string ListSupported(Func<DeckType, string> word)
    {
        string[] words = [.. Supported.Select(word)];
        return $"{string.Join(", ", words[..^1])} and {words[^1]}";
    }
}
