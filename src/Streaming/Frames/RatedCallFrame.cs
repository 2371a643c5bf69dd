using System.Buffers;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>What a frame of rated calls says of itself before its rows.</summary>
public readonly record struct RatedCallFrameHeader(int Rows, ConfigRevision Revision, PassedEvents Passed, FrameSource Source);

/// <summary>
/// Rated calls of one partition as one frame, with the events, both sides, the revision they were rated by and what else was passed on the way.
/// A frame of no rows is legal: a unit of work may have only passed events. <see cref="RatedSide.DeckRow"/> is not stored and is read as -1.
/// </summary>
public static class RatedCallFrame
{
    public const int MaxBytes = FrameLayout.MaxBytes;

    private const string Name = "rated-call";

    /// <summary>"PRAT" in the order of the bytes.</summary>
    private const uint Kind = 0x54415250;

    /// <exception cref="ArgumentException">The batch has too many rows or bytes for one frame; nothing was written.</exception>
    public static void Write(RatedCallBatch batch, FrameSource source, IBufferWriter<byte> output)
    {
        CallEventFrame.ThrowIfTooMany(batch.Count);
        FrameWriter writer = FrameLayout.Begin(source);
        writer.Varint((ulong)batch.Count);
        writer.ZigZag(batch.Revision.Value);
        writer.ZigZag(batch.Passed.Repeats);
        writer.ZigZag(batch.Passed.Conflicts);
        writer.ZigZag(batch.Passed.Started);
        writer.ZigZag(batch.Passed.Answered);
        CallEventColumns.Write(writer, batch.Events);
        RatedSideColumns.WriteReceived(writer, batch.ReceivedMs);
        RatedSideColumns.Write(writer, batch.A);
        RatedSideColumns.Write(writer, batch.B);
        FrameLayout.End(writer, Kind, output);
    }

    /// <summary>Clears the batch and fills it with the frame's rows, revision and passed events.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame; the batch is empty.</exception>
    public static FrameSource Read(ReadOnlySpan<byte> frame, RatedCallBatch into)
    {
        into.Clear();
        return Append(frame, into);
    }

    /// <summary>Adds the frame's rows and passed events to the batch, so that many small frames make one batch.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame; the batch has the rows that it had.</exception>
    /// <exception cref="ArgumentException">The batch holds rows of another revision: see <see cref="ReadHeader"/>.</exception>
    public static FrameSource Append(ReadOnlySpan<byte> frame, RatedCallBatch into)
    {
        FrameReader reader = FrameLayout.Open(frame, Kind, Name, out FrameSource source);
        RatedCallFrameHeader header = ReadHeader(ref reader, source);
        if (into.Count > 0 && header.Rows > 0 && into.Revision != header.Revision)
        {
            throw new ArgumentException(
                $"The frame was rated by revision {header.Revision.Value} and the batch holds rows of revision {into.Revision.Value}. A batch has one revision.");
        }

        int before = into.Count;
        CallEventFrame.AddRows(into.Events, header.Rows);
        into.FitSides();
        try
        {
            CallEventColumns.Read(ref reader, into.Events, header.Rows);
            RatedSideColumns.ReadReceived(ref reader, into.ReceivedMs[before..]);
            RatedSideColumns.Read(ref reader, into.A[before..]);
            RatedSideColumns.Read(ref reader, into.B[before..]);
            reader.ExpectEnd();
        }
        catch
        {
            CallEventFrame.RemoveRows(into.Events, before);
            throw;
        }

        if (before == 0)
        {
            into.Revision = header.Revision;
        }

        into.Passed += header.Passed;
        return source;
    }

    /// <exception cref="FrameFormatException">The bytes are no such frame.</exception>
    public static RatedCallFrameHeader ReadHeader(ReadOnlySpan<byte> frame)
    {
        FrameReader reader = FrameLayout.Open(frame, Kind, Name, out FrameSource source);
        return ReadHeader(ref reader, source);
    }

    private static RatedCallFrameHeader ReadHeader(ref FrameReader reader, FrameSource source)
    {
        int rows = reader.Count(CallEventBatch.MaxRows);
        long revision = reader.ZigZag();
        if (revision is < int.MinValue or > int.MaxValue)
        {
            reader.Fail($"{revision} is no revision");
        }

        PassedEvents passed = new(reader.ZigZag(), reader.ZigZag(), reader.ZigZag(), reader.ZigZag());
        return new RatedCallFrameHeader(rows, new ConfigRevision((int)revision), passed, source);
    }
}
