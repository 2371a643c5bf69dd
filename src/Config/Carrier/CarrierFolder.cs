using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Config;

/// <summary>What a carrier folder came to: a configuration, or everything that is wrong with it.</summary>
/// <param name="Config">Null where there are errors.</param>
/// <param name="Notes">What was passed over without harm.</param>
public sealed record CarrierFolder(RatingConfig? Config, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Notes)
{
    /// <summary>The configuration compiled; null where there are errors.</summary>
    public RatingSnapshot? Snapshot { get; init; }

    /// <summary>What its ids stand for. Made anew each time it is gone through: there may be millions.</summary>
    internal IEnumerable<CarrierIdentity> Identities { get; init; } = [];

    /// <summary>Reads a folder of CSV files (docs/carrier-folder.md) and compiles it.</summary>
    /// <param name="destinations">The names given numbers by earlier revisions; grows.</param>
    public static CarrierFolder Read(string folder, ConfigRevision revision = default, DestinationList? destinations = null)
    {
        try
        {
            var content = CarrierContent.Of(folder);
            return Read(content, revision, destinations ?? new DestinationList(), new RowCache(path => path), previous: null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable(folder, exception);
        }
    }

    internal static CarrierFolder Unreadable(string folder, Exception why) =>
        new(null, [new ConfigError(folder, 0, "", $"the folder cannot be read: {why.Message}")], []);

    internal static CarrierFolder Read(
        CarrierContent content, ConfigRevision revision, DestinationList destinations, RowCache rowCache, RatingSnapshot? previous)
    {
        var reader = new CarrierReader(content, revision, destinations, rowCache);
        CarrierFolder read = reader.Read();
        if (read.Config is null)
        {
            return read;
        }

        SnapshotCompilation compilation = RatingSnapshot.Compile(read.Config, previous);
        if (compilation.Snapshot is not null)
        {
            return read with { Snapshot = compilation.Snapshot };
        }

        List<ConfigError> errors = [.. compilation.Errors.Select(error => Place(reader, error))];
        return read with { Config = null, Errors = errors };
    }

    private static ConfigError Place(CarrierReader reader, CompileError error)
    {
        (string file, long line) = reader.PlaceOf(error);
        return new ConfigError(file, line, "", error.Reason);
    }
}
