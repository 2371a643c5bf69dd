namespace Perimeter.Rating.Charges;

/// <summary>
/// What pricing every call needs of a deck's row, in 8 bytes: a deck of 500,000 rows is larger than the processor's near caches, and what is small stays in them longer.
/// </summary>
/// <param name="RateUnits">The rate as a multiple of the deck's unit (of a deck that looks at jurisdictions, the indeterminate one), or <see cref="Wide"/>.</param>
/// <param name="Terms">The place of the row's <see cref="RowTerms"/>.</param>
internal readonly record struct DeckPrice(int RateUnits, int Terms)
{
    /// <summary>The rate is so many units that it stands elsewhere.</summary>
    public const int Wide = int.MinValue;
}
