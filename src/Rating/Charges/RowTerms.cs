using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>
/// What a row says beside its code, its destination and its rates. Thousands of rows say the same, so that the few different ones stay in the nearest cache.
/// </summary>
/// <param name="FromMs">When the row begins to be in force.</param>
internal readonly record struct RowTerms(
    long FromMs, BillingIncrement Increment, Money ConnectFee, Rate InitialRate, bool HasInitialRate, bool Blocked, int Upload)
{
    /// <summary>Of no row: never in force.</summary>
    public static RowTerms Never { get; } = new(long.MaxValue, default, default, default, false, false, 0);

    public static RowTerms Of(RateRow row) =>
        new(row.InForce.FromMs, row.Increment, row.ConnectFee, row.InitialRate ?? default, row.InitialRate is not null, row.Blocked, row.Upload);
}
