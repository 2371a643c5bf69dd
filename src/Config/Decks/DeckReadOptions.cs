using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>What reading a deck file depends on, beside the file.</summary>
public sealed record DeckReadOptions
{
    /// <summary>Of the settings, the type and the time zone matter here.</summary>
    public required RateDeckSettings Settings { get; init; }

    /// <summary>Headers that stand for fields under another name than the known ones: field, as <see cref="DeckFields"/> names it, to header.</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

    /// <summary>Given to every row: see <see cref="RateRow.Upload"/>.</summary>
    public int Upload { get; init; } = 1;

    /// <summary>Takes the names of destinations; several files may share one.</summary>
    public DestinationList Destinations { get; init; } = new();
}
