namespace Perimeter.Streaming;

internal readonly record struct WrittenFrame(PartitionState Partition, long Number, FramePlace Place);

/// <summary>What one write to the journal holds: filled while it is encoded, published when it is durable.</summary>
internal sealed class WrittenBatch
{
    public long AppendedMs { get; set; }

    public long Bytes { get; set; }

    public List<WrittenFrame> Frames { get; } = [];

    public List<KeyValuePair<CursorKey, long>> Cursors { get; } = [];

    public void Clear()
    {
        Bytes = 0;
        Frames.Clear();
        Cursors.Clear();
    }
}
