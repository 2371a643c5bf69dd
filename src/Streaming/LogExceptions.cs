namespace Perimeter.Streaming;

/// <summary>The log cannot take more for now: its disk is full, or nearly. Nothing was lost, and nothing of what failed was kept: trying again later is safe.</summary>
public class LogFullException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The servers that keep the log cannot be reached, or have too few replicas in step, for now. As with a full disk, nothing of what failed was kept.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : LogFullException(message, inner);

/// <summary>The log holds something that it did not write: it names the file and the place, and nothing is skipped.</summary>
public sealed class LogDamagedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>Another process has the log's folder open: one process owns it at a time.</summary>
public sealed class LogInUseException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// A write or sync failed in a way that leaves open what the log holds: what was under way may or may not be there. The embedded log takes nothing more
/// until it is opened again; whoever gets this from a log over Kafka must read back what is there before it writes the same again.
/// </summary>
public sealed class LogFailedException(string message, Exception? inner = null) : IOException(message, inner);
