using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>A deck file as read: the good rows, in the order of the file, and all that was wrong with the others.</summary>
/// <param name="Errors">A deck with any is refused, since a code left out would charge its parent's price.</param>
/// <param name="Notes">What was passed over without harm: columns with unknown names.</param>
public sealed record DeckFile(
    RateRows Rows, DestinationList Destinations, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Notes)
{
    /// <summary>Reads CSV whose first row names the columns (rating.md, "One-deck rating from the command line").</summary>
    /// <param name="fileName">As errors are to name the file.</param>
    public static DeckFile Read(Stream stream, string fileName, DeckReadOptions options) => new DeckReader(stream, fileName, options).Read();
}
