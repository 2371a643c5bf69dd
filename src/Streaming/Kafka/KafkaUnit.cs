using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>Messages that are appended together, with the cursor that moves with them or without one.</summary>
internal sealed class KafkaUnit(KafkaMessage[] messages, long bytes, PartitionGrant? grant = null, long nextFrame = 0, bool movesCursor = false)
{
    /// <summary>Of a message of which it is not known that it was written.</summary>
    private const long NoOffset = -1;

    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Copying = 2;
    private const int Copied = 3;
    private const int GivenUp = 4;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public KafkaMessage[] Messages { get; } = messages;

    public long Bytes { get; } = bytes;

    /// <summary>By what right the cursor is moved; null for an append.</summary>
    public PartitionGrant? Grant { get; } = grant;

    public TopicPartitionOffset Cursor => new(Grant!.Place, nextFrame);

    /// <summary>Whether the cursor, once it is there, tells that the unit was kept.</summary>
    public bool MovesCursor { get; } = movesCursor;

    /// <summary>The offset of each message, once <see cref="Done"/>.</summary>
    public long[] Offsets { get; private set; } = Unknown(messages.Length);

    /// <summary>Whether it is known of every message that it was written, in the newest attempt.</summary>
    public bool IsWritten => !Offsets.Contains(NoOffset);

    public Task Done => _done.Task;

    /// <summary>Offsets for one attempt to write it, none of them known yet.</summary>
    public long[] BeginOffsets() => Offsets = Unknown(Messages.Length);

    /// <summary>Where the frames that it was made of lie, once <see cref="Done"/>.</summary>
    public LogPosition[] PlacesOf(IReadOnlyList<LogOutput> frames, KafkaTopics topics)
    {
        LogPosition[] places = new LogPosition[frames.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = new LogPosition(topics.IncarnationOf(frames[i].Topic), frames[i].Partition, Offsets[i], 0);
        }

        return places;
    }

    /// <summary>True once: whoever takes it must complete it. The messages are read until then, or until <see cref="EndCopying"/>.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>True where it was not taken before, and never will be.</summary>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting;

    /// <summary>False where it was given up meanwhile: its messages may be gone. May follow on another attempt.</summary>
    public bool TryBeginCopying() =>
        Interlocked.CompareExchange(ref _state, Copying, Taken) == Taken || Interlocked.CompareExchange(ref _state, Copying, Copied) == Copied;

    public void EndCopying() => Volatile.Write(ref _state, Copied);

    /// <summary>Fails it though it is under way. Its messages are not read any more from here on.</summary>
    public void GiveUp(Exception exception)
    {
        SpinWait.SpinUntil(() =>
            Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting || Interlocked.CompareExchange(ref _state, GivenUp, Taken) == Taken
            || Interlocked.CompareExchange(ref _state, GivenUp, Copied) == Copied || Volatile.Read(ref _state) == GivenUp);
        Fail(exception);
    }

    public void Complete() => _done.TrySetResult();

    public void Fail(Exception exception) => _done.TrySetException(exception);

    /// <summary>The partition was taken away before the cursor could move.</summary>
    public void Lose() => _done.TrySetCanceled(Grant!.Ending);

    /// <summary>
    /// Takes out what no longer may move its cursor. The generation is read after that: the cluster refuses it once another member may have been given
    /// any of these partitions.
    /// </summary>
    public static IConsumerGroupMetadata? DropLost(List<KafkaUnit> units)
    {
        if (units.Find(unit => unit.Grant is not null)?.Grant is not { } one)
        {
            return null;
        }

        IConsumerGroupMetadata? generation = one.Member.Generation(units.Select(unit => unit.Grant!), out HashSet<PartitionGrant> good);
        units.RemoveAll(unit =>
        {
            bool isLost = !good.Contains(unit.Grant!);
            if (isLost)
            {
                unit.Lose();
            }

            return isLost;
        });
        return generation;
    }

    /// <exception cref="ArgumentException">The frames are too many bytes, or name no partition of the log.</exception>
    public static KafkaUnit Of(KafkaTopics topics, KafkaLogOptions options, IReadOnlyList<LogOutput> frames, PartitionGrant? grant = null, long nextFrame = 0, bool movesCursor = false)
    {
        KafkaMessage[] messages = new KafkaMessage[frames.Count];
        long bytes = 0;
        for (int i = 0; i < messages.Length; i++)
        {
            messages[i] = new KafkaMessage(topics.Place(frames[i].Topic, frames[i].Partition), frames[i].Payload);
            bytes += frames[i].Payload.Length;
            if (frames[i].Payload.Length > FrameLayout.MaxBytes)
            {
                throw new ArgumentException($"A frame has {frames[i].Payload.Length} bytes, and {FrameLayout.MaxBytes} is the most for one.", nameof(frames));
            }
        }

        return bytes <= options.MaxAppendBytes
            ? new KafkaUnit(messages, bytes, grant, nextFrame, movesCursor)
            : throw new ArgumentException($"The frames have {bytes} bytes together, and {options.MaxAppendBytes} is the most for one append. Append fewer at a time.", nameof(frames));
    }

    private static long[] Unknown(int count)
    {
        long[] offsets = new long[count];
        Array.Fill(offsets, NoOffset);
        return offsets;
    }
}
