using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>Which rate of a row a jurisdiction takes, by the deck's policy for rates that the row does not carry.</summary>
internal static class RowRates
{
    public static Rate? Named(RateRow row, Jurisdiction jurisdiction) => jurisdiction switch
    {
        Jurisdiction.Interstate => row.Interstate,
        Jurisdiction.Intrastate => row.Intrastate,
        Jurisdiction.Indeterminate => row.Indeterminate,
        Jurisdiction.Local => row.Local,
        _ => row.Rate,
    };

    public static bool IsFlat(RateRow row) => row is { Rate: not null, Interstate: null, Intrastate: null, Indeterminate: null, Local: null };

    /// <summary>The highest of all rates in the row; null where it has none.</summary>
    public static Rate? Highest(RateRow row)
    {
        Rate? highest = row.Rate;
        foreach (Rate? rate in (ReadOnlySpan<Rate?>)[row.Interstate, row.Intrastate, row.Indeterminate, row.Local])
        {
            if (rate is { } given && (highest is null || given.CompareTo(highest.Value) > 0))
            {
                highest = given;
            }
        }

        return highest;
    }

    /// <summary>The rate for the jurisdiction, or by the policy where it is missing; null where the row has no rate at all.</summary>
    public static Rate? For(RateRow row, Jurisdiction jurisdiction, MissingRatePolicy policy) =>
        Named(row, jurisdiction) ?? (PolicyJurisdiction(policy) is { } named ? Named(row, named) : null) ?? Highest(row);

    private static Jurisdiction? PolicyJurisdiction(MissingRatePolicy policy) => policy switch
    {
        MissingRatePolicy.Interstate => Jurisdiction.Interstate,
        MissingRatePolicy.Intrastate => Jurisdiction.Intrastate,
        MissingRatePolicy.Indeterminate => Jurisdiction.Indeterminate,
        _ => null,
    };
}
