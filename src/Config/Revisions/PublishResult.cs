using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Config;

/// <summary>What publishing came to.</summary>
/// <param name="Revision">The revision that holds the folder's content; none where it was refused.</param>
/// <param name="Changed">False where the content is that of the current revision, so that nothing was published.</param>
/// <param name="Snapshot">The revision compiled; null where it was refused.</param>
/// <param name="Errors">Why it was refused, all at once.</param>
public sealed record PublishResult(
    ConfigRevision Revision, bool Changed, RatingSnapshot? Snapshot, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Notes)
{
    public RatingConfig? Config => Snapshot?.Config;
}
