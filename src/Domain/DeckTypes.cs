namespace Perimeter.Domain;

/// <summary>What a deck's rows are found by: E.164 codes; NPA, NPANXX and NPANXX-X; or the tier of a number of our own.</summary>
public enum DeckKey { Code, Npa, Tier }

/// <summary>What holds of the types of decks, whatever deck it is.</summary>
public static class DeckTypes
{
    /// <summary>The types that rate calls now; the others are named and come later.</summary>
    public static IReadOnlyList<DeckType> Supported { get; } = [DeckType.InternationalDialed, DeckType.OriginBased, DeckType.Npanxx, DeckType.TollFree, DeckType.Did];

    public static bool IsSupported(DeckType type) => Supported.Contains(type);

    /// <summary>What the rows of a deck are found by. International DID and toll-free decks are keyed by codes of the dialled number.</summary>
    public static DeckKey KeyOf(DeckType type, DeckLocation location) => (type, location) switch
    {
        (DeckType.Did or DeckType.TollFree, DeckLocation.International) => DeckKey.Code,
        (DeckType.Did, _) => DeckKey.Tier,
        (DeckType.Npanxx or DeckType.TollFree, _) => DeckKey.Npa,
        _ => DeckKey.Code,
    };

    /// <summary>Where the numbers are that decks of the type are for; of those of both, where a deck does not say.</summary>
    public static DeckLocation LocationOf(DeckType type) =>
        type is DeckType.InternationalDialed or DeckType.OriginBased ? DeckLocation.International : DeckLocation.UsCanada;

    /// <summary>Whether there are decks of the type in both locations, so that a deck has to say where it is of.</summary>
    public static bool HasLocations(DeckType type) => type is DeckType.Did or DeckType.TollFree;

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
