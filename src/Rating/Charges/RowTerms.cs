using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>
/// What a row says beside its key, its destination and its rates. Thousands of rows say the same, so that the few different ones stay in the nearest cache.
/// </summary>
/// <param name="FromMs">When the row begins to be in force.</param>
/// <param name="ToMs">When it ends, where no other row of its key begins before.</param>
internal readonly record struct RowTerms(
    long FromMs, long ToMs, BillingIncrement Increment, Money ConnectFee, Rate InitialRate, bool HasInitialRate, bool Blocked, int Upload)
{
    /// <summary>Whether the row holds, of those of its key the one that began last. Without a branch.</summary>
    public bool Holds(long instantMs) => (FromMs <= instantMs) & (instantMs < ToMs);

    public static RowTerms Of(in RateRowDetails details) => new(
        details.InForce.FromMs, details.InForce.ToMs, details.Increment, details.ConnectFee,
        details.InitialRate ?? default, details.InitialRate is not null, details.Blocked, details.Upload);
}
