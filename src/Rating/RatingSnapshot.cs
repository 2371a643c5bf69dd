using Perimeter.Domain;

namespace Perimeter.Rating;

/// <summary>A whole configuration, compiled: immutable, safe to share between threads, swapped as a whole.</summary>
public sealed class RatingSnapshot
{
    private RatingSnapshot(RatingConfig config) => Config = config;

    public RatingConfig Config { get; }

    public ConfigRevision Revision => Config.Revision;

    /// <summary>Compiles a configuration; decks that are unchanged are shared with <paramref name="previous"/>.</summary>
    public static SnapshotCompilation Compile(RatingConfig config, RatingSnapshot? previous) => throw new NotSupportedException();
}
