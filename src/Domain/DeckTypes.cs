namespace Perimeter.Domain;

/// <summary>
/// What a deck's rows are found by: E.164 codes; NPA, NPANXX and NPANXX-X; the LATA and the OCN that reference data has for a number; or the tier of a
/// number of our own.
/// </summary>
public enum DeckKey { Code, Npa, LataOcn, Tier }

/// <summary>What holds of the types of decks, whatever deck it is.</summary>
public static class DeckTypes
{
    /// <summary>What the rows of a deck are found by. International DID and toll-free decks are keyed by codes of the dialled number.</summary>
    public static DeckKey KeyOf(DeckType type, DeckLocation location) => (type, location) switch
    {
        (DeckType.Did or DeckType.TollFree, DeckLocation.International) => DeckKey.Code,
        (DeckType.Did, _) => DeckKey.Tier,
        (DeckType.Npanxx or DeckType.Local or DeckType.TollFree, _) => DeckKey.Npa,
        (DeckType.LataOcn or DeckType.Peering, _) => DeckKey.LataOcn,
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
        CallClass.UsCanada => [DeckType.Npanxx, DeckType.LataOcn, DeckType.Local, DeckType.Peering],
        CallClass.TollFree => [DeckType.TollFree],
        CallClass.Did => [DeckType.Did],
        _ => [],
    };
}
