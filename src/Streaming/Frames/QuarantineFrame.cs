using System.Buffers;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>Events that were put aside, as one frame: each with its length in front, so that a later build may add fields at an event's end.</summary>
public static class QuarantineFrame
{
    public const int MaxBytes = FrameLayout.MaxBytes;

    private const string Name = "quarantine";

    /// <summary>"PQUA" in the order of the bytes.</summary>
    private const uint Kind = 0x41555150;

    /// <exception cref="ArgumentException">The events are too many, or have too many bytes for one frame; nothing was written.</exception>
    public static void Write(IReadOnlyList<QuarantinedEvent> events, FrameSource source, IBufferWriter<byte> output)
    {
        CallEventFrame.ThrowIfTooMany(events.Count);
        FrameWriter writer = FrameLayout.Begin(source);
        writer.Varint((ulong)events.Count);
        foreach (QuarantinedEvent one in events)
        {
            int begin = writer.BeginColumn((byte)one.Reason);
            writer.Text(one.Field, MaxBytes, "The field");
            writer.Text(one.Message, MaxBytes, "The message");
            writer.Text(one.Source, MaxBytes, "The source");
            writer.ZigZag(one.Place);
            writer.Text(one.SwitchId, MaxBytes, "The switch's id");
            writer.Text(one.CallId, MaxBytes, "The call's id");
            writer.ZigZag(one.Attempt);
            writer.ZigZag(one.ReceivedMs);
            writer.Varint((ulong)one.Content.Length);
            writer.Bytes(one.Content.Span);
            WriteOrigin(writer, one);
            writer.EndColumn(begin);
        }

        FrameLayout.End(writer, Kind, output);
    }

    /// <summary>Adds the frame's events to the list; their contents are copies.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame; nothing was added.</exception>
    public static FrameSource Read(ReadOnlySpan<byte> frame, ICollection<QuarantinedEvent> into)
    {
        FrameReader reader = FrameLayout.Open(frame, Kind, Name, out FrameSource source);
        QuarantinedEvent[] events = new QuarantinedEvent[reader.Count(CallEventBatch.MaxRows)];
        for (int i = 0; i < events.Length; i++)
        {
            events[i] = ReadEvent(ref reader);
        }

        reader.ExpectEnd();
        foreach (QuarantinedEvent one in events)
        {
            into.Add(one);
        }

        return source;
    }

    private static QuarantinedEvent ReadEvent(ref FrameReader reader)
    {
        QuarantineReason reason = (QuarantineReason)reader.BeginEvent(out int end);
        QuarantinedEvent one = new()
        {
            Reason = reason,
            Field = reader.Text(MaxBytes),
            Message = reader.Text(MaxBytes),
            Source = reader.Text(MaxBytes),
            Place = reader.ZigZag(),
            SwitchId = reader.Text(MaxBytes),
            CallId = reader.Text(MaxBytes),
            Attempt = (int)Math.Clamp(reader.ZigZag(), int.MinValue, int.MaxValue),
            ReceivedMs = reader.ZigZag(),
            Content = reader.Bytes(reader.Count(reader.Left)).ToArray(),
        };
        if (reader.At < end)
        {
            one = ReadOrigin(ref reader, one);
        }

        reader.SkipTo(end);
        return one;
    }

    /// <summary>What the first builds did not write.</summary>
    private static void WriteOrigin(FrameWriter writer, QuarantinedEvent one)
    {
        writer.ZigZag(one.SourcePartition);
        writer.Varint((ulong)one.Key.Length);
        writer.Bytes(one.Key.Span);
        writer.Varint((ulong)one.Headers.Count);
        foreach (QuarantinedHeader header in one.Headers)
        {
            writer.Text(header.Name, MaxBytes, "The header's name");
            writer.Varint((ulong)header.Value.Length);
            writer.Bytes(header.Value.Span);
        }

        writer.Varint(one.ReplayOf);
    }

    private static QuarantinedEvent ReadOrigin(ref FrameReader reader, QuarantinedEvent one)
    {
        int partition = (int)Math.Clamp(reader.ZigZag(), QuarantinedEvent.NoPartition, int.MaxValue);
        byte[] key = reader.Bytes(reader.Count(reader.Left)).ToArray();
        QuarantinedHeader[] headers = new QuarantinedHeader[reader.Count(reader.Left)];
        for (int i = 0; i < headers.Length; i++)
        {
            headers[i] = new QuarantinedHeader(reader.Text(MaxBytes), reader.Bytes(reader.Count(reader.Left)).ToArray());
        }

        return one with { SourcePartition = partition, Key = key, Headers = headers, ReplayOf = reader.Varint() };
    }
}
