namespace Perimeter.Streaming;

/// <summary>The log cannot take more until there is room on the disk. Nothing was lost, and nothing of what failed was kept.</summary>
public sealed class LogFullException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The log holds something that it did not write: it names the file and the place, and nothing is skipped.</summary>
public sealed class LogDamagedException(string message, Exception? inner = null) : IOException(message, inner);
