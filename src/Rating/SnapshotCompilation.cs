namespace Perimeter.Rating;

/// <summary>A snapshot, or every reason why there is none.</summary>
public sealed record SnapshotCompilation(RatingSnapshot? Snapshot, IReadOnlyList<CompileError> Errors);
