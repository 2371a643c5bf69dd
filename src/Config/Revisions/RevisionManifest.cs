using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>One published configuration: the files that it was made of, by their content.</summary>
public sealed record RevisionManifest(ConfigRevision Revision, DateTimeOffset PublishedAt, IReadOnlyList<RevisionFile> Files);

/// <param name="Path">Relative to the carrier folder, with "/".</param>
/// <param name="Sha256">In lower-case hexadecimal: the name of the object that holds the content.</param>
public sealed record RevisionFile(string Path, string Sha256, long Bytes);
