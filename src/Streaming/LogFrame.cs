namespace Perimeter.Streaming;

/// <summary>One frame as it was read. <paramref name="AppendedAtMs"/> is the log's own clock, UTC. Payload and key stay valid until the next read begins, though that be cancelled.</summary>
public readonly record struct LogFrame(LogPosition Position, long AppendedAtMs, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The key of a message that a switch wrote to Kafka itself: <c>switch_id/call_id</c>. Empty for frames, which hold many calls.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>What else came with such a message; null where there is nothing.</summary>
    public IReadOnlyList<LogHeader>? Headers { get; init; }
}

/// <summary>A header of a message of Kafka.</summary>
public readonly record struct LogHeader(string Name, ReadOnlyMemory<byte> Value);

/// <summary>One frame to be produced by a unit of work.</summary>
public readonly record struct LogOutput(string Topic, int Partition, ReadOnlyMemory<byte> Payload);

/// <summary>How much one read brings at most: it stops at the first limit met, but always brings one frame where there is one.</summary>
public readonly record struct ReadLimits(int MaxFrames, int MaxBytes);
