namespace Perimeter.Domain;

/// <summary>
/// What a row says beside its key, its rates and its line. Thousands of rows say the same, so that <see cref="RateRows"/> keep each once.
/// </summary>
/// <param name="Rates">A bit for each of <see cref="RateSet"/> that the row carries, the first one's lowest.</param>
/// <param name="Code">How the deck writes the code.</param>
public readonly record struct RateRowDetails(
    DestinationId Destination, BillingIncrement Increment, Money ConnectFee, Rate? InitialRate, Interval InForce, bool Blocked, NumberCharges? NumberCharges, int Upload, byte Rates, CodeWriting Code);

/// <summary>How a deck writes the code of a row: with all its digits, as US decks may without the leading 1, or otherwise, which is kept as text.</summary>
public enum CodeWriting : byte { Digits, Without1, Text }
