using System.Globalization;
using System.Text.Json;

namespace Perimeter.Oracle;

/// <summary>One record, or why it belongs in the quarantine.</summary>
public sealed record ReadRecord(CallRecord? Record, string Broken);

/// <summary>Reads NDJSON or CSV, telling them apart by the first character.</summary>
public static class RecordReader
{
    private const long MaxDurationMs = 7L * 24 * 3600 * 1000;

    private static readonly string[] TimeFields =
        ["setup_time", "progress_time", "answer_time", "end_time", "answer_time_b", "end_time_b"];

    public static IEnumerable<ReadRecord> ReadFile(string path)
    {
        using StreamReader reader = new(path);
        foreach (ReadRecord record in Read(reader))
        {
            yield return record;
        }
    }

    public static IEnumerable<ReadRecord> Read(TextReader reader)
    {
        if (reader.Peek() == '{')
        {
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > 0)
                {
                    yield return FromJson(line);
                }
            }

            yield break;
        }

        string[] header = [];
        foreach (string[] cells in PlainCsv.Rows(reader))
        {
            if (header.Length == 0)
            {
                header = cells;
                continue;
            }

            Dictionary<string, string> fields = [];
            for (int i = 0; i < Math.Min(cells.Length, header.Length); i++)
            {
                if (cells[i].Length > 0)
                {
                    fields[header[i]] = cells[i];
                }
            }

            yield return Checked(fields);
        }
    }

    private static ReadRecord FromJson(string line)
    {
        Dictionary<string, string> fields = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                string text = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
                if (text.Length > 0 && property.Value.ValueKind != JsonValueKind.Null)
                {
                    fields[property.Name] = text;
                }
            }
        }
        catch (JsonException)
        {
            return new ReadRecord(null, "not JSON");
        }

        return Checked(fields);
    }

    private static ReadRecord Checked(Dictionary<string, string> fields)
    {
        Dictionary<string, long?> times = [];
        foreach (string field in TimeFields)
        {
            if (!fields.TryGetValue(field, out string? text))
            {
                times[field] = null;
            }
            else if (InstantText.TryParse(text, out long ms))
            {
                times[field] = ms;
            }
            else
            {
                return new ReadRecord(null, field);
            }
        }

        string Text(string name) => fields.GetValueOrDefault(name, "");
        if (!int.TryParse(fields.GetValueOrDefault("attempt", "1"), NumberStyles.None, CultureInfo.InvariantCulture, out int attempt) || attempt is < 1 or > 65_535)
        {
            return new ReadRecord(null, "attempt");
        }

        CallRecord record = new()
        {
            SwitchId = Text("switch_id"), CallId = Text("call_id"), Attempt = attempt, Kind = fields.GetValueOrDefault("kind", "ended"),
            Final = fields.GetValueOrDefault("final", "true") is not ("false" or "0" or "no"),
            TrunkGroupA = Text("trunk_group_a"), TrunkGroupB = Text("trunk_group_b"), SourceIp = Text("source_ip"),
            SourcePort = int.Parse(fields.GetValueOrDefault("source_port", "0"), CultureInfo.InvariantCulture),
            Protocol = Text("protocol"), TechPrefix = Text("tech_prefix"), VendorTrunk = Text("vendor_trunk"), Ani = Text("ani"), Dnis = Text("dnis"),
            AniSent = Text("ani_sent"), DnisSent = Text("dnis_sent"), Lrn = Text("lrn"), Oli = Text("oli"),
            ForwardedFrom = Text("forwarded_from"), SetupMs = times["setup_time"],
            AnswerMs = times["answer_time"], EndMs = times["end_time"], AnswerBMs = times["answer_time_b"], EndBMs = times["end_time_b"],
        };
        return Completed(record, fields, times);
    }

    /// <summary>Finds the end where the switch gave a duration, or nothing, and checks that the instants make sense.</summary>
    private static ReadRecord Completed(CallRecord record, Dictionary<string, string> fields, Dictionary<string, long?> times)
    {
        if (record.SwitchId.Length == 0 || record.CallId.Length == 0 || record.SetupMs is null)
        {
            return new ReadRecord(null, "switch_id, call_id or setup_time");
        }

        if (record.EndMs is null)
        {
            if (fields.TryGetValue("duration_ms", out string? duration))
            {
                record.EndMs = (record.AnswerMs ?? record.SetupMs) + long.Parse(duration, CultureInfo.InvariantCulture);
            }
            else if (record.AnswerMs is null)
            {
                record.EndMs = record.SetupMs;
            }
            else
            {
                return new ReadRecord(null, "end_time");
            }
        }

        long answer = record.AnswerMs ?? record.SetupMs.Value;
        long answerB = record.AnswerBMs ?? answer;
        long endB = record.EndBMs ?? record.EndMs.Value;
        if (record.EndMs < answer || endB < answerB || record.EndMs - answer > MaxDurationMs || endB - answerB > MaxDurationMs)
        {
            return new ReadRecord(null, "duration");
        }

        record.Content = string.Join('\u0001', fields
            .Where(field => field.Key != "duration_ms")
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={(times.TryGetValue(field.Key, out long? ms) ? ms : field.Value)}"))
            + "\u0001" + record.EndMs;
        return new ReadRecord(record, "");
    }
}
