using Microsoft.Win32.SafeHandles;

namespace Perimeter.Streaming;

/// <summary>One file of the journal. Its file stays open until it is deleted and nobody reads it any more.</summary>
internal sealed class Segment(long number, string path, SafeFileHandle handle)
{
    private int _users = 1;

    public long Number { get; } = number;

    public string Path { get; } = path;

    public SafeFileHandle Handle { get; } = handle;

    /// <summary>Where each partition stood when the segment was begun: its first frame here. A partition that is not there stood at 0.</summary>
    public Dictionary<PartitionState, long> Begins { get; } = [];

    /// <summary>Bytes of the checkpoint that it begins with.</summary>
    public long HeadBytes { get; init; }

    /// <summary>Bytes that are durable.</summary>
    public long Length { get; set; }

    public long LastAppendMs { get; set; }

    /// <summary>Null where it was given up to keep memory bounded. Always there for the newest segment.</summary>
    public FrameIndex? Index { get; set; }

    /// <summary>When the index was last used, in reads counted by the journal.</summary>
    public long LastUse { get; set; }

    public long BeginOf(PartitionState partition) => Begins.GetValueOrDefault(partition);

    /// <summary>Under the journal's lock, as long as the segment is listed.</summary>
    public void Acquire() => Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Handle.Dispose();
        }
    }
}
