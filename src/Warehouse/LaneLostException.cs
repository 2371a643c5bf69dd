namespace Perimeter.Warehouse;

/// <summary>Another process has taken the lane: the insert was refused, and every later one under this claim will be.</summary>
public sealed class LaneLostException(string message) : Exception(message);
