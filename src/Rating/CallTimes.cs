namespace Perimeter.Rating;

/// <summary>When one side of an attempt was set up and how long it was answered.</summary>
/// <param name="SetupMs">The instant whose configuration and prices hold.</param>
/// <param name="RawMs">Answered milliseconds; 0 where not answered, and never negative.</param>
internal readonly record struct CallTimes(long SetupMs, bool Answered, long RawMs);
