using System.Text;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>Why nothing of a frame or message can be taken, and what of its call's key could be read.</summary>
internal readonly record struct ReadFault(QuarantineReason Reason, string Field, string Message, string SwitchId = "", string CallId = "", int Attempt = 0);

/// <summary>
/// Reads what lies on call-events: frames of many calls, as ingest writes them, and messages of a single call in JSON or MessagePack, as a switch may write them itself
/// (docs/call-events.md). What is no frame is a message. Nothing is allocated for what is good.
/// </summary>
internal sealed class EventReading(CallMessageLimits limits, int partitionCount)
{
    private readonly CallMessage _message = new(limits);

    /// <summary>Fields of the last message with names that mean nothing here; 0 of a frame.</summary>
    public int UnknownFields { get; private set; }

    public static bool IsFrame(in LogFrame frame) => CallEventFrame.Begins(frame.Payload.Span);

    /// <summary>How many rows <see cref="Append"/> would add.</summary>
    public static ReadFault? CountRows(in LogFrame frame, out int rows)
    {
        rows = 1;
        if (!IsFrame(frame))
        {
            return null;
        }

        try
        {
            rows = CallEventFrame.CountRows(frame.Payload.Span);
            return null;
        }
        catch (FrameFormatException exception)
        {
            return Unreadable(exception);
        }
    }

    /// <summary>Adds the rows to the batch, or tells why there are none. What it says depends on nothing but the frame, so that it is said again when keys are read back.</summary>
    public ReadFault? Append(in LogFrame frame, CallEventBatch into)
    {
        UnknownFields = 0;
        if (!IsFrame(frame))
        {
            return AppendMessage(frame, into);
        }

        try
        {
            CallEventFrame.Append(frame.Payload.Span, into);
            return null;
        }
        catch (FrameFormatException exception)
        {
            return Unreadable(exception);
        }
    }

    private ReadFault? AppendMessage(in LogFrame frame, CallEventBatch into)
    {
        QuarantineReason reason = _message.Read(frame.Payload.Span, frame.AppendedAtMs);
        UnknownFields = _message.UnknownFields;
        if (reason != QuarantineReason.None)
        {
            return Refused(reason, _message.Fault.Field, _message.Fault.Reason);
        }

        CallRecord record = _message.Record;
        int partition = CallKey.PartitionOf(record.SwitchId, record.CallId, partitionCount);
        if (partition != frame.Position.Partition)
        {
            return Refused(QuarantineReason.Misplaced, "", Misplaced(frame, partition));
        }

        record.CopyTo(into);
        return null;
    }

    private ReadFault Refused(QuarantineReason reason, string field, string message)
    {
        CallRecord record = _message.Record;
        return new ReadFault(reason, field, message, Encoding.UTF8.GetString(record.SwitchId), Encoding.UTF8.GetString(record.CallId), record.Event.Attempt);
    }

    private string Misplaced(in LogFrame frame, int partition)
    {
        string key = $"{Encoding.UTF8.GetString(_message.Record.SwitchId)}/{Encoding.UTF8.GetString(_message.Record.CallId)}";
        string given = Encoding.UTF8.GetString(frame.Key.Span);
        string mend = given.Length == 0 ? $"it came without a key; give each message the key switch_id/call_id, here '{key}', as UTF-8"
            : given != key ? $"its key is '{given}'; give each message the key switch_id/call_id, here '{key}', as UTF-8"
            : "its key is right, so the producer's partitioner is another than Kafka's own; set it to murmur2 (librdkafka: partitioner=murmur2_random)";
        return $"The message lies in partition {frame.Position.Partition} of {partitionCount}, and its call belongs to partition {partition}, where its repeats are known: {mend}.";
    }

    private static ReadFault Unreadable(FrameFormatException exception) => new(QuarantineReason.Unreadable, "", exception.Message);
}
