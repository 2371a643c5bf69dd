using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>What a carrier folder came to: a configuration, or everything that is wrong with it.</summary>
/// <param name="Config">Null where there are errors.</param>
public sealed record CarrierFolder(RatingConfig? Config, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Notes)
{
    /// <summary>Reads a folder of CSV files (docs/carrier-folder.md).</summary>
    /// <param name="destinations">The names given numbers by earlier revisions; grows.</param>
    public static CarrierFolder Read(string folder, ConfigRevision revision = default, DestinationList? destinations = null) =>
        throw new NotSupportedException();
}
