namespace Perimeter.Streaming;

/// <summary>The log of one process on its own disk: nothing to install.</summary>
public sealed class EmbeddedLog : ILog
{
    private EmbeddedLog(EmbeddedLogOptions options) => PartitionCount = options.PartitionCount;

    public int PartitionCount { get; }

    public ulong Incarnation => throw new NotImplementedException();

    /// <exception cref="LogDamagedException">A record before the end of the journal does not match its check.</exception>
    /// <exception cref="LogInUseException">Another process has the folder open.</exception>
    public static Task<EmbeddedLog> OpenAsync(EmbeddedLogOptions options, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task ConsumeAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
