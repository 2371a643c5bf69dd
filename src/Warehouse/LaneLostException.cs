namespace Perimeter.Warehouse;

/// <summary>Another process has taken the lane: every insert of this one is refused.</summary>
public sealed class LaneLostException(string message) : Exception(message);
