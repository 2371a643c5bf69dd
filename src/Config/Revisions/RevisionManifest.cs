using System.Globalization;
using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>One published configuration: the files that it was made of, by their content.</summary>
/// <param name="Files">In the order of their paths.</param>
/// <param name="Destinations">The names of destinations by number, as far as they were known: one to a line.</param>
/// <param name="Identities">What every id of this and of all earlier revisions stands for.</param>
public sealed record RevisionManifest(
    ConfigRevision Revision, DateTimeOffset PublishedAt, IReadOnlyList<RevisionFile> Files, RevisionFile Destinations, RevisionFile Identities)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    internal IEnumerable<RevisionFile> AllFiles => [.. Files, Destinations, Identities];

    internal static string FileName(ConfigRevision revision) => revision.Value.ToString("D8", CultureInfo.InvariantCulture) + ".json";

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new Written(Revision.Value, PublishedAt, Files, Destinations, Identities), Json);

    /// <exception cref="JsonException">The bytes are no manifest.</exception>
    internal static RevisionManifest FromJson(ReadOnlySpan<byte> utf8)
    {
        Written written = JsonSerializer.Deserialize<Written>(utf8, Json) ?? throw new JsonException("The manifest is empty.");
        return new RevisionManifest(new ConfigRevision(written.Revision), written.PublishedAt, written.Files, written.Destinations, written.Identities);
    }

    private sealed record Written(
        int Revision, DateTimeOffset PublishedAt, IReadOnlyList<RevisionFile> Files, RevisionFile Destinations, RevisionFile Identities);
}

/// <param name="Path">Relative to the carrier folder, with "/"; for the store's own lists their name.</param>
/// <param name="Sha256">In lower-case hexadecimal: the name of the object that holds the content.</param>
public sealed record RevisionFile(string Path, string Sha256, long Bytes);
