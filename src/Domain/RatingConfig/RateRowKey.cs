namespace Perimeter.Domain;

/// <summary>What rows of some decks are found by beside or in place of a code.</summary>
public readonly record struct RateRowKey(RateOrigin Origin, Lata Lata, Ocn Ocn);
