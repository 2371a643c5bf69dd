using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>The words that carrier folders and command lines use for the closed lists of the field.</summary>
public static class CarrierWords
{
    public static IReadOnlyList<(string Word, Direction Value)> Directions { get; } =
        [("termination", Direction.Termination), ("origination", Direction.Origination)];

    public static IReadOnlyList<(string Word, Relation Value)> Relations { get; } = [("customer", Relation.Customer), ("vendor", Relation.Vendor)];

    public static IReadOnlyList<(string Word, NumberingForm Value)> NumberingForms { get; } = [("e164", NumberingForm.E164), ("nanp", NumberingForm.Nanp), ("national", NumberingForm.National)];

    public static IReadOnlyList<(string Word, NumberHeader Value)> NumberHeaders { get; } = [("dnis", NumberHeader.Dnis), ("ani", NumberHeader.Ani)];

    public static IReadOnlyList<(string Word, CallClass Value)> Classes { get; } =
    [
        ("international", CallClass.International), ("us_canada", CallClass.UsCanada), ("toll_free", CallClass.TollFree), ("did", CallClass.Did),
        ("emergency", CallClass.Emergency),
    ];

    public static IReadOnlyList<(string Word, DeckType Value)> DeckTypes { get; } =
    [
        ("international-dialed", DeckType.InternationalDialed), ("origin-based", DeckType.OriginBased), ("npanxx", DeckType.Npanxx),
        ("lata-ocn", DeckType.LataOcn), ("local", DeckType.Local), ("peering", DeckType.Peering), ("toll-free", DeckType.TollFree), ("did", DeckType.Did),
    ];

    public static IReadOnlyList<(string Word, DeckLocation Value)> Locations { get; } =
        [("us-canada", DeckLocation.UsCanada), ("international", DeckLocation.International)];

    public static IReadOnlyList<(string Word, NumberType Value)> NumberTypes { get; } = [("did", NumberType.Did), ("toll-free", NumberType.TollFree)];

    public static IReadOnlyList<(string Word, RoundingMethod Value)> Roundings { get; } =
        [("half-up", RoundingMethod.HalfUp), ("half-even", RoundingMethod.HalfEven), ("up", RoundingMethod.Up), ("down", RoundingMethod.Down)];

    public static IReadOnlyList<(string Word, SecondsRounding Value)> SecondsRoundings { get; } =
        [("up", SecondsRounding.Up), ("half-up", SecondsRounding.HalfUp), ("down", SecondsRounding.Down)];

    public static IReadOnlyList<(string Word, MissingRatePolicy Value)> MissingRates { get; } =
    [
        ("highest", MissingRatePolicy.Highest), ("interstate", MissingRatePolicy.Interstate), ("intrastate", MissingRatePolicy.Intrastate),
        ("indeterminate", MissingRatePolicy.Indeterminate),
    ];

    public static IReadOnlyList<(string Word, SwitchType Value)> SwitchTypes { get; } =
    [
        ("freeswitch", SwitchType.FreeSwitch), ("asterisk", SwitchType.Asterisk), ("kamailio", SwitchType.Kamailio), ("opensips", SwitchType.OpenSips),
        ("yeti", SwitchType.Yeti), ("csv", SwitchType.Csv), ("ribbon-act", SwitchType.RibbonAct), ("sansay", SwitchType.Sansay),
    ];

    public static IReadOnlyList<(string Word, RateOn Value)> RateOns { get; } = [("lrn", RateOn.Lrn), ("dnis", RateOn.Dnis)];

    public static IReadOnlyList<(string Word, TerritoryPolicy Value)> Territories { get; } =
        [("indeterminate", TerritoryPolicy.Indeterminate), ("interstate", TerritoryPolicy.Interstate)];

    /// <summary>The word for a value.</summary>
    public static string WordOf<T>(IReadOnlyList<(string Word, T Value)> words, T value)
        where T : struct, Enum => words.First(word => word.Value.Equals(value)).Word;

    /// <summary>The word for a type of deck.</summary>
    public static string WordOf(DeckType type) => WordOf(DeckTypes, type);
}
