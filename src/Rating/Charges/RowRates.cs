using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>Which rate of a row a jurisdiction takes, by the deck's policy for rates that the row does not carry.</summary>
internal static class RowRates
{
    public static Rate? Named(in RateSet rates, Jurisdiction jurisdiction) => jurisdiction switch
    {
        Jurisdiction.Interstate => rates.Interstate,
        Jurisdiction.Intrastate => rates.Intrastate,
        Jurisdiction.Indeterminate => rates.Indeterminate,
        Jurisdiction.Local => rates.Local,
        _ => rates.All,
    };

    public static bool IsFlat(in RateSet rates) => rates is { All: not null, Interstate: null, Intrastate: null, Indeterminate: null, Local: null };

    /// <summary>The highest of all rates in the row; null where it has none.</summary>
    public static Rate? Highest(in RateSet rates)
    {
        Rate? highest = rates.All;
        foreach (Rate? rate in (ReadOnlySpan<Rate?>)[rates.Interstate, rates.Intrastate, rates.Indeterminate, rates.Local])
        {
            if (rate is { } given && (highest is null || given.CompareTo(highest.Value) > 0))
            {
                highest = given;
            }
        }

        return highest;
    }

    /// <summary>The rate for the jurisdiction, or by the policy where it is missing; null where the row has no rate at all.</summary>
    public static Rate? For(in RateSet rates, Jurisdiction jurisdiction, MissingRatePolicy policy) =>
        Named(rates, jurisdiction) ?? (PolicyJurisdiction(policy) is { } named ? Named(rates, named) : null) ?? Highest(rates);

    private static Jurisdiction? PolicyJurisdiction(MissingRatePolicy policy) => policy switch
    {
        MissingRatePolicy.Interstate => Jurisdiction.Interstate,
        MissingRatePolicy.Intrastate => Jurisdiction.Intrastate,
        MissingRatePolicy.Indeterminate => Jurisdiction.Indeterminate,
        _ => null,
    };
}
