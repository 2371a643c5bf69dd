using Perimeter.Domain;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating;

/// <summary>Rates batches. One for each thread: it keeps scratch between calls. A pure function of events and snapshot.</summary>
public sealed class Rater
{
    /// <summary>Rates every event of the batch, all of kind Ended: fills both sides of each row, and the revision.</summary>
    public void Rate(RatingSnapshot snapshot, RatedCallBatch batch) => throw new NotSupportedException();

    /// <summary>Why one attempt costs what it costs, by the same code.</summary>
    public CallExplanation Explain(RatingSnapshot snapshot, CallEventBatch events, int row) => throw new NotSupportedException();
}
