using System.Text.Unicode;
using Perimeter.Domain;
using Perimeter.Records.Json;

namespace Perimeter.Records;

/// <summary>
/// Reads a message of a single call, as a switch writes it to the log itself: a JSON object or a MessagePack map. Used again for every message; allocates for bad ones only.
/// </summary>
public sealed class CallMessage(CallMessageLimits limits)
{
    private readonly JsonOwnFields _quick = new();
    private readonly JsonRecord _json = new();

    /// <summary>What was read; of a message that was refused, as far as it could be.</summary>
    public CallRecord Record { get; } = new(limits.MaxAhead, new InstantText(zone: null));

    /// <summary>Fields of the last message with names that mean nothing here.</summary>
    public int UnknownFields { get; private set; }

    /// <summary>Why the last message was refused.</summary>
    public RecordFault Fault { get; private set; }

    /// <summary>Reads and checks a message by the rules that records of every source have.</summary>
    /// <param name="message">Its bytes.</param>
    /// <param name="nowMs">The instant that its times are checked against: that of the log, so that the message is judged alike whenever it is read.</param>
    /// <returns>None where it is good.</returns>
    public QuarantineReason Read(ReadOnlySpan<byte> message, long nowMs)
    {
        UnknownFields = 0;
        Fault = default;
        if (message.Length > limits.MaxBytes)
        {
            Record.Begin(nowMs);
            return Unreadable($"the message is {message.Length} bytes long; the limit is {limits.MaxBytes}");
        }

        if (MessagePackRecord.IsMap(message))
        {
            Record.Begin(nowMs);
            return Check(MessagePackRecord.ReadOne(message, Record, out int unknown), unknown);
        }

        // Nearly all are ASCII in the usual writing. Whatever is not begins anew.
        Record.Begin(nowMs, message);
        if (Record.IsPlain && _quick.TryRead(message, Record, out int quicklyUnknown))
        {
            return Check(null, quicklyUnknown);
        }

        Record.Begin(nowMs);
        ReadOnlySpan<byte> json = message.StartsWith("\uFEFF"u8) ? message[3..] : message;
        ReadOnlySpan<byte> begin = json.TrimStart(" \t\r\n"u8);
        if (begin.IsEmpty)
        {
            return Unreadable("the message is empty");
        }

        if (begin[0] != '{')
        {
            return Unreadable($"the message is no JSON object, no MessagePack map and no frame of events: it begins with the byte 0x{begin[0]:X2}");
        }

        return !Utf8.IsValid(json) ? Unreadable("the message is not UTF-8") : Check(_json.ReadOne(json, Record, "message", out int unknownFields), unknownFields);
    }

    private QuarantineReason Check(string? fault, int unknownFields)
    {
        UnknownFields = unknownFields;
        if (fault is not null)
        {
            return Unreadable(fault);
        }

        if (Record.Check())
        {
            return QuarantineReason.None;
        }

        Fault = Record.Fault;
        return QuarantineReason.Invalid;
    }

    private QuarantineReason Unreadable(string reason)
    {
        Fault = new RecordFault("", reason);
        return QuarantineReason.Unreadable;
    }
}
