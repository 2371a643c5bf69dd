using System.Text;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Ingest.Switches;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Load.Switches;

/// <summary>The calls of a switch's records told in the fields of docs/call-events.md, as a switch that can write those would tell them.</summary>
internal static class OwnFields
{
    /// <returns>Each as a JSON object, and all of them as a CSV.</returns>
    public static (SwitchRecords Each, byte[] Whole) Of(SwitchKind kind, SwitchConfig config, SwitchRecords records)
    {
        Seen seen = new();
        CallIntake intake = new(1, new IngestLimits(), TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone)) { Watcher = seen };
        intake.Begin("bench", FrameSource.None);
        if (!SwitchBench.IsPosted(kind))
        {
            IFileRecords file = kind.Files!(config).Open(new MemoryStream(records.Whole), "file", new IngestLimits());
            while (file.ReadRecord(intake))
            {
            }
        }
        else
        {
            ISwitchBodies bodies = kind.Bodies!(config);
            for (int i = 0; i < records.Count; i++)
            {
                bodies.ReadBody(records[i], intake);
            }
        }

        string[] header = [.. seen.Calls[0].Select(field => field.Name)];
        StringBuilder csv = new(string.Join(',', header) + "\n");
        seen.Calls.ForEach(call => csv.AppendJoin(',', call.Select(field => field.Value.Contains(',', StringComparison.Ordinal) ? $"\"{field.Value}\"" : field.Value)).Append('\n'));
        return (new SwitchRecords(seen.Calls.Select(call => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(call.ToDictionary(field => field.Name, field => field.Value)))), Encoding.UTF8.GetBytes(csv.ToString()));
    }

    private sealed class Seen : IIntakeWatcher
    {
        public List<IReadOnlyList<FieldShown>> Calls { get; } = [];

        /// <summary>The last line is for people.</summary>
        public void Accepted(long place, CallRecord record) => Calls.Add([.. EventFields.Of(record, record.Texts).SkipLast(1)]);

        public void PutAside(RecordError error, ReadOnlySpan<byte> content) => throw new InvalidOperationException($"A record was refused: {error}.");

        public void PassedOver(long place, string reason) => throw new InvalidOperationException($"A record was passed over: {reason}.");
    }
}
