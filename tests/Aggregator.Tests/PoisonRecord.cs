namespace Perimeter.Aggregator.Tests;

/// <summary>One line of a CDR file that was made to do harm.</summary>
/// <param name="Line">Its bytes, without a line feed among them.</param>
/// <param name="Ended">False where the line, if it is good, is a live event, which makes no row.</param>
/// <param name="Expected">What its row must hold, by column, if it makes one.</param>
internal sealed record PoisonRecord(byte[] Line, bool Ended, IReadOnlyDictionary<string, string> Expected);
