namespace Perimeter.Streaming;

/// <summary>The log cannot take more until there is room on the disk. Nothing was lost, and nothing of what failed was kept.</summary>
public sealed class LogFullException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The log holds something that it did not write: it names the file and the place, and nothing is skipped.</summary>
public sealed class LogDamagedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>Another process has the log's folder open: one process owns it at a time.</summary>
public sealed class LogInUseException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// A write or sync failed in a way that leaves open what the disk holds, so the log takes nothing more until it is opened again.
/// Appends that were under way may or may not be there then.
/// </summary>
public sealed class LogFailedException(string message, Exception? inner = null) : IOException(message, inner);
