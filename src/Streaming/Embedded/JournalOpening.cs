using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Perimeter.Streaming;

/// <summary>Opens the journal that is in a folder, or makes one: what a crash left is cut off or finished, what is damaged is named.</summary>
internal static class JournalOpening
{
    public static Journal Open(EmbeddedLogOptions options)
    {
        LogFolder folder = new(options.Folder, options.BeforeDiskCall);
        folder.DeleteUnfinished();
        List<long> numbers = folder.Segments();
        if (!folder.HasIdentity())
        {
            Make(folder, options, numbers);
            numbers = folder.Segments();
        }

        LogIdentity identity = folder.ReadIdentity();
        if (identity.PartitionCount != options.PartitionCount)
        {
            throw new ArgumentException(
                $"The log in {folder.Path} was made with {identity.PartitionCount} partitions, and {options.PartitionCount} are asked for. The count decides each " +
                "call's partition and is fixed for good: open the log with the count it has, or begin a new data folder.");
        }

        Journal journal = new(options, folder, identity);
        try
        {
            AddSegments(journal, numbers);
            ReadNewest(journal);
        }
        catch
        {
            journal.Close();
            throw;
        }

        return journal;
    }

    /// <summary>Walks over an older segment to know again where its frames lie.</summary>
    /// <exception cref="LogDamagedException">The segment is not as it was written.</exception>
    public static FrameIndex Scan(Journal journal, Segment segment)
    {
        SegmentScan scan = new(segment, journal.Identity.Incarnation, segment.Length);
        FrameIndex index = new();
        while (scan.TryNext(out JournalRecord record))
        {
            AddFrames(journal, record, scan.Offset - record.Length, (partition, number, place) => index.Add(partition, number, place));
        }

        return scan.Offset == segment.Length ? index : throw scan.Damaged("there is no valid record");
    }

    /// <summary>
    /// The first segment comes before the file that says what the log is: a crash between the two leaves a segment that holds nothing, and making starts again.
    /// </summary>
    private static void Make(LogFolder folder, EmbeddedLogOptions options, List<long> numbers)
    {
        LogIdentity identity = new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1, options.PartitionCount);
        RecordBuffer head = new(identity.Incarnation);
        head.AddCheckpoint(new CheckpointBody(identity.Incarnation, 0, [], []), 1, options.Time.GetUtcNow().ToUnixTimeMilliseconds());
        string first = folder.SegmentPath(1);
        if (numbers.Count > 1 || (numbers.Count == 1 && (numbers[0] != 1 || new FileInfo(first).Length > head.Length)))
        {
            throw new LogDamagedException(
                $"{folder.Path} holds segments of a log, and the file that says which log it is is gone. Restore the folder from a copy.");
        }

        if (numbers.Count == 1)
        {
            folder.Delete(first);
        }

        folder.Create(first, head.Written).Dispose();
        folder.WriteIdentity(identity);
    }

    private static void AddSegments(Journal journal, List<long> numbers)
    {
        LogFolder folder = journal.Folder;
        if (numbers.Count == 0)
        {
            throw new LogDamagedException($"The log in {folder.Path} has no segment left: something else deleted them. Restore the folder from a copy.");
        }

        Segment? previous = null;
        foreach (long number in numbers)
        {
            string path = folder.SegmentPath(number);
            if (previous is not null && number != previous.Number + 1)
            {
                throw new LogDamagedException($"{folder.SegmentPath(previous.Number + 1)} is gone, and later segments are there. Restore the folder from a copy.");
            }

            SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            previous = AddSegment(journal, number, path, handle, previous);
        }
    }

    private static Segment AddSegment(Journal journal, long number, string path, SafeFileHandle handle, Segment? previous)
    {
        long length = RandomAccess.GetLength(handle);
        SegmentScan scan = new(new Segment(number, path, handle), journal.Identity.Incarnation, length, SegmentScan.HeadWindowBytes);
        if (!scan.TryNext(out JournalRecord record) || record.Kind != RecordKind.Checkpoint)
        {
            handle.Dispose();
            throw scan.Damaged("the segment does not begin with a valid checkpoint of this log");
        }

        CheckpointBody checkpoint = record.Checkpoint(journal.Partition);
        if (previous is not null && previous.Length != checkpoint.PreviousLength)
        {
            handle.Dispose();
            throw new LogDamagedException(
                $"{previous.Path} has {previous.Length} bytes, and it had {checkpoint.PreviousLength} when the next segment was begun. Restore the folder from a copy.");
        }

        Segment segment = new(number, path, handle) { HeadBytes = record.Length, Length = length, LastAppendMs = record.AppendedMs };
        foreach ((PartitionState partition, long end) in checkpoint.Partitions)
        {
            segment.Begins.Add(partition, end);
            partition.End = end;
        }

        if (previous is not null)
        {
            previous.LastAppendMs = record.AppendedMs;
        }

        journal.Restore(checkpoint.Cursors);
        journal.Add(segment);
        return segment;
    }

    private static void ReadNewest(Journal journal)
    {
        Segment newest = journal.Newest;
        SegmentScan scan = new(newest, journal.Identity.Incarnation, newest.Length);
        newest.Index = new FrameIndex();
        while (scan.TryNext(out JournalRecord record))
        {
            newest.LastAppendMs = Math.Max(newest.LastAppendMs, record.AppendedMs);
            long begin = scan.Offset - record.Length;
            AddFrames(journal, record, begin, (partition, number, place) =>
            {
                if (number != partition.End)
                {
                    throw new LogDamagedException(
                        $"{newest.Path}, offset {begin}: frame {number} of {partition.Topic}, partition {partition.Partition}, where {partition.End} should follow.");
                }

                newest.Index.Add(partition, number, place);
                partition.End = number + 1;
            });
            if (record.Kind == RecordKind.Group)
            {
                journal.Restore(record.Cursors(out _));
            }
        }

        if (scan.Offset < newest.Length)
        {
            if (scan.WasDurable())
            {
                throw scan.Damaged("there is no valid record, and later ones show that it was written whole");
            }

            journal.Options.BeforeDiskCall?.Invoke("truncate");
            RandomAccess.SetLength(newest.Handle, scan.Offset);
            newest.Length = scan.Offset;
        }

        // What a killed process wrote and did not sync is read from memory here: it becomes durable before anyone sees it.
        journal.Options.BeforeDiskCall?.Invoke("sync");
        RandomAccess.FlushToDisk(newest.Handle);
        journal.Folder.Sync();
    }

    private static void AddFrames(Journal journal, JournalRecord record, long begin, Action<PartitionState, long, FramePlace> add)
    {
        if (record.Kind != RecordKind.Group)
        {
            return;
        }

        record.Cursors(out int at);
        for (int i = 0; i < record.FrameCount; i++)
        {
            int frameAt = at;
            (PartitionState partition, long number, int length) = record.Frame(ref at, journal.Partition);
            add(partition, number, new FramePlace((int)(begin + frameAt), length));
        }
    }
}
