using Perimeter.Domain;

namespace Perimeter.Rating.Explain;

/// <summary>What the numbering has of the dialled number of an Origination side: its rows, the latest first; none where it is not listed at all.</summary>
public sealed record NumberingExplanation(E164 Number, IReadOnlyList<NumberRowExplanation> Rows)
{
    /// <param name="found">What rating found. The rows are held to it: one that is in force and was not found is a bug.</param>
    internal static NumberingExplanation Of(Numbers.Numbering numbering, E164 number, long instantMs, Numbers.NumberListing found)
    {
        List<NumberRowExplanation> rows = [];
        foreach (int row in numbering.RowsOf(number))
        {
            NumberConfig listed = numbering.Numbers[row];
            bool applied = listed.InForce.Contains(instantMs);
            if (applied != (found.IsListed && found.Row == row))
            {
                throw new InvalidOperationException($"Row {listed.Id} of the numbering is {(applied ? "" : "not ")}in force at {instantMs} for {number}, and rating found otherwise.");
            }

            rows.Add(new NumberRowExplanation(listed, applied, Wording.NumberRow(listed, instantMs)));
        }

        return new NumberingExplanation(number, rows);
    }
}

/// <param name="Applied">Whether it is in force at setup.</param>
/// <param name="Why">Why it did or did not apply.</param>
public sealed record NumberRowExplanation(NumberConfig Row, bool Applied, string Why);
