using System.Buffers;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>What an event of the quarantine is read as now: frames of events for the log, or why there are none.</summary>
internal sealed record ReplayDraft(IReadOnlyList<LogOutput> Frames, IReadOnlyList<CallAttempt> Ended, string? Refusal)
{
    public static ReplayDraft Refused(string reason) => new([], [], reason);
}

/// <summary>
/// Reads the bytes of the quarantine by what they are: a frame, a MessagePack map, JSON, a row of a CSV under its header, or what a switch wrote; each by the code that reads
/// it when it comes in. All of the records must be good, since half of a row sent would be lost when the other half is sent later.
/// </summary>
internal sealed class ReplayContent(
    int partitionCount, IngestLimits limits, TimeProvider clock, FileIngestOptions reading, Func<string, SwitchConfig?> switches)
{
    private const int MaxRecords = 1000;

    private readonly CallIntake _intake = new(partitionCount, limits, clock, reading.TimeZone) { FixedValues = reading.Mapping.FixedValues };
    private readonly JsonCallRecords _json = new();

    public ReplayDraft Read(PutAsideEvent putAside)
    {
        FrameSource source = new(FrameSourceKind.Quarantine, Topics.Quarantine, unchecked((long)putAside.Id));
        ReadOnlySpan<byte> content = putAside.Content.Span;
        if (CallEventFrame.Begins(content))
        {
            return ReadFrame(content, source);
        }

        if (SwitchSource.NameIn(putAside.Source) is { } name)
        {
            // What a person mended may be written in our own fields as well.
            return putAside.IsEdited && ReadOwn(content, putAside, source) is { Refusal: null } mended ? mended : ReadOfSwitch(name, content, putAside, source);
        }

        return ReadOwn(content, putAside, source);
    }

    private ReplayDraft ReadOwn(ReadOnlySpan<byte> content, PutAsideEvent putAside, FrameSource source)
    {
        _intake.Begin(Topics.Quarantine, source);
        return ReadRecords(content, putAside) is { } fault ? ReplayDraft.Refused(fault) : DraftOf(_intake, putAside);
    }

    private ReplayDraft ReadOfSwitch(string name, ReadOnlySpan<byte> content, PutAsideEvent putAside, FrameSource source)
    {
        if (switches(name) is not { } config)
        {
            return ReplayDraft.Refused($"it came from the switch '{name}', which the configuration in force does not have: add it to switches.csv of the carrier folder again and apply it, or mend the event into the fields of docs/call-events.md (--edit FILE)");
        }

        SwitchReplay read = SwitchReplay.Of(config, partitionCount, limits, clock, reading.TimeZone);
        read.Intake.Begin(Topics.Quarantine, source);
        return read.Read(putAside) is { } fault ? ReplayDraft.Refused(fault) : DraftOf(read.Intake, putAside);
    }

    private ReplayDraft DraftOf(CallIntake intake, PutAsideEvent putAside)
    {
        if (intake.Quarantined.Count > 0)
        {
            RecordError error = intake.Errors[0];
            string which = intake.Records > 1 ? $"record {error.Place + 1}: " : "";
            return ReplayDraft.Refused($"{which}{(error.Field.Length > 0 ? error.Field + " " : "")}{error.Reason}. Mend it ('quarantine show ID --content', then --edit FILE){Hint(error, putAside)}");
        }

        if (intake.Accepted is 0 or > MaxRecords)
        {
            return ReplayDraft.Refused(intake.Accepted > 0 ? $"it holds more than {MaxRecords} records: send them to POST /v1/calls, or take them with 'perimeter ingest FILE'"
                : intake.PassedOverCount > 0 ? $"it is no attempt to be charged: {string.Join("; ", intake.PassedOver.Keys)}"
                : "it holds no record");
        }

        List<CallAttempt> ended = [];
        for (int partition = 0; partition < partitionCount; partition++)
        {
            AddEnded(intake.EventsOf(partition), ended);
        }

        return new ReplayDraft([.. intake.ToFrames().Select(frame => frame with { Payload = frame.Payload.ToArray() })], ended, null);
    }

    private static string Hint(RecordError error, PutAsideEvent putAside) =>
        error.Reason.StartsWith("has no offset from UTC", StringComparison.Ordinal) ? ", or say its zone with --time-zone"
        : putAside.Source.StartsWith("file:", StringComparison.Ordinal) && error.Reason == "is missing" ? ", or say where the field is with --map, as for 'perimeter ingest'"
        : "";

    /// <returns>Why the content as a whole cannot be read; null where the intake has its records, good or bad.</returns>
    private string? ReadRecords(ReadOnlySpan<byte> content, PutAsideEvent putAside)
    {
        if (MessagePackRecord.IsMap(content))
        {
            _intake.BeginRecord();
            string? fault = MessagePackRecord.ReadOne(content, _intake.Record, out int unknown);
            _intake.CountUnknown(unknown);
            _intake.EndMessagePack(content, fault);
            return null;
        }

        if (content.StartsWith("\uFEFF"u8))
        {
            content = content[3..];
        }

        ReadOnlySpan<byte> begin = content.TrimStart(" \t\r\n"u8);
        if (begin.IsEmpty)
        {
            return "it is empty: there is nothing to send. Mend it with --edit FILE";
        }

        if (begin[0] is (byte)'{' or (byte)'[')
        {
            _json.ReadBody(content, _intake);
            return null;
        }

        return ReadCsv(content.ToArray(), putAside);
    }

    private string? ReadCsv(byte[] content, PutAsideEvent putAside)
    {
        try
        {
            using var stream = new MemoryStream(content);
            var rows = new CsvCallRecords(new CsvReader(stream, CsvCallRecords.OptionsFor(limits) with { Delimiter = reading.Delimiter }), reading.Mapping);
            for (long row = 0; _intake.Records <= MaxRecords && rows.ReadRow(_intake, row); row++)
            {
            }

            return null;
        }
        catch (FormatException e) when (e is CsvHeaderException or CsvFormatException)
        {
            bool hasHeader = content.AsSpan().Contains((byte)'\n');
            return hasHeader && putAside.Source.StartsWith("file:", StringComparison.Ordinal)
                ? $"its header is of no use by itself: {e.Message}. How its file was mapped is not kept: give the same --map (and --time-zone, --delimiter) as for 'perimeter ingest'"
                : $"it is no record in JSON, MessagePack or CSV with its header ({e.Message}). Mend it ('quarantine show ID --content', then --edit FILE)";
        }
    }

    /// <summary>Events that were checked before they were put into the frame; the rating engine checks what it takes for granted.</summary>
    private ReplayDraft ReadFrame(ReadOnlySpan<byte> content, FrameSource source)
    {
        var events = new CallEventBatch();
        try
        {
            CallEventFrame.Read(content, events);
        }
        catch (FrameFormatException e)
        {
            return ReplayDraft.Refused($"{e.Message} A frame that a later version wrote is read by that version: send it again there. One that is damaged cannot be mended: take its calls from the switch again");
        }

        List<LogOutput> frames = [];
        var parts = new CallEventBatch?[partitionCount];
        for (int row = 0; row < events.Count; row++)
        {
            int partition = CallKey.PartitionOf(events.Texts[events[row].SwitchId], events.Texts[events[row].CallId], partitionCount);
            events.CopyTo(row, parts[partition] ??= new CallEventBatch());
        }

        for (int partition = 0; partition < partitionCount; partition++)
        {
            if (parts[partition] is { } part)
            {
                var bytes = new ArrayBufferWriter<byte>();
                CallEventFrame.Write(part, source, bytes);
                frames.Add(new LogOutput(Topics.CallEvents, partition, bytes.WrittenMemory));
            }
        }

        List<CallAttempt> ended = [];
        AddEnded(events, ended);
        return new ReplayDraft(frames, ended, null);
    }

    private static void AddEnded(CallEventBatch events, List<CallAttempt> ended)
    {
        foreach (ref CallEvent one in events.Events)
        {
            if (one.Kind == CallEventKind.Ended)
            {
                ended.Add(new CallAttempt(events.Texts.GetString(one.SwitchId), events.Texts.GetString(one.CallId), one.Attempt));
            }
        }
    }
}
