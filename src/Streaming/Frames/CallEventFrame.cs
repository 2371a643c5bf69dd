using System.Buffers;
using System.Buffers.Binary;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>
/// Call events of one partition as one frame: the count of rows, the count of columns, the columns. Texts are kept byte for byte.
/// Up to <see cref="CallEventBatch.MaxRows"/> rows and <see cref="MaxBytes"/> bytes.
/// </summary>
public static class CallEventFrame
{
    public const int MaxBytes = FrameLayout.MaxBytes;

    private const string Name = "call-event";

    /// <summary>"PCEV" in the order of the bytes.</summary>
    private const uint Kind = 0x56454350;

    /// <summary>Whether the bytes begin as a frame of events does; whether they are one is seen when it is read.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Kind;

    /// <exception cref="ArgumentException">The batch has too many rows or bytes for one frame; nothing was written.</exception>
    public static void Write(CallEventBatch batch, FrameSource source, IBufferWriter<byte> output)
    {
        ThrowIfTooMany(batch.Count);
        FrameWriter writer = FrameLayout.Begin(source);
        writer.Varint((ulong)batch.Count);
        CallEventColumns.Write(writer, batch);
        FrameLayout.End(writer, Kind, output);
    }

    /// <summary>Clears the batch and fills it with the frame's rows.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame; the batch is empty.</exception>
    public static FrameSource Read(ReadOnlySpan<byte> frame, CallEventBatch into)
    {
        into.Clear();
        return Append(frame, into);
    }

    /// <summary>Adds the frame's rows to the batch, so that many small frames make one batch.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame; the batch has the rows that it had.</exception>
    public static FrameSource Append(ReadOnlySpan<byte> frame, CallEventBatch into)
    {
        FrameReader reader = FrameLayout.Open(frame, Kind, Name, out FrameSource source);
        int count = reader.Count(CallEventBatch.MaxRows);
        int before = into.Count;
        AddRows(into, count);
        try
        {
            CallEventColumns.Read(ref reader, into, count);
            reader.ExpectEnd();
        }
        catch
        {
            RemoveRows(into, before);
            throw;
        }

        return source;
    }

    /// <summary>How many rows the frame holds, without reading them.</summary>
    /// <exception cref="FrameFormatException">The bytes are no such frame.</exception>
    public static int CountRows(ReadOnlySpan<byte> frame) => FrameLayout.Open(frame, Kind, Name, out _).Count(CallEventBatch.MaxRows);

    internal static void ThrowIfTooMany(int rows)
    {
        if (rows > CallEventBatch.MaxRows)
        {
            throw new ArgumentException($"{rows} rows are too many for one frame, which holds {CallEventBatch.MaxRows}. Write fewer at a time.");
        }
    }

    /// <summary>Adds rows as <see cref="CallEventBatch.Add"/> makes them.</summary>
    internal static void AddRows(CallEventBatch batch, int count)
    {
        if (batch.Count == 0 && count > 0)
        {
            CallEvent empty = batch.Add();
            batch.Resize(count).Fill(empty);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            batch.Add();
        }
    }

    internal static void RemoveRows(CallEventBatch batch, int downTo)
    {
        while (batch.Count > downTo)
        {
            batch.RemoveLast();
        }
    }
}
