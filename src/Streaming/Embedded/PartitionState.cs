namespace Perimeter.Streaming;

/// <summary>One partition of one topic while the log is open. All fields but the writer's are under the journal's lock.</summary>
internal sealed class PartitionState(string topic, int partition)
{
    private TaskCompletionSource? _arrival;

    public string Topic { get; } = topic;

    public int Partition { get; } = partition;

    public byte[] TopicName { get; } = JournalFormat.Name(topic, "topic");

    /// <summary>Bytes in front of each payload.</summary>
    public int FrameHeadBytes => JournalFormat.FrameHeadBytes + TopicName.Length;

    /// <summary>The frame after the newest durable one.</summary>
    public long End { get; set; }

    /// <summary>The writer's own: the number that the next frame of the batch being written gets.</summary>
    public long Assigned { get; set; }

    /// <summary>Completes when frames become durable, or the log fails or closes.</summary>
    public Task Arrival => (_arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Wake()
    {
        TaskCompletionSource? arrival = _arrival;
        _arrival = null;
        arrival?.SetResult();
    }
}

/// <summary>Whose cursor: a group's, over one partition of one topic.</summary>
internal readonly record struct CursorKey(string Group, string Topic, int Partition);
