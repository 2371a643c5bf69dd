using Perimeter.Domain;
using Perimeter.Rating.Compiling;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating;

/// <summary>A whole configuration, compiled: immutable, safe to share between threads, swapped as a whole.</summary>
public sealed class RatingSnapshot
{
    internal RatingSnapshot(RatingConfig config, TrunkGroupLookup trunkGroups, EmergencyNumbers emergencyNumbers, Numbering numbering, DeckShelf decks)
    {
        Config = config;
        TrunkGroups = trunkGroups;
        EmergencyNumbers = emergencyNumbers;
        Numbering = numbering;
        Decks = decks;
    }

    public RatingConfig Config { get; }

    public ConfigRevision Revision => Config.Revision;

    internal TrunkGroupLookup TrunkGroups { get; }

    internal EmergencyNumbers EmergencyNumbers { get; }

    internal Numbering Numbering { get; }

    internal DeckShelf Decks { get; }

    /// <summary>Compiles a configuration, or gives every reason why it cannot be used; decks that are unchanged are shared with <paramref name="previous"/>.</summary>
    public static SnapshotCompilation Compile(RatingConfig config, RatingSnapshot? previous) => SnapshotCompiler.Compile(config, previous);
}
