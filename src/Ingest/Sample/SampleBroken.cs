using System.Globalization;

namespace Perimeter.Ingest.Sample;

/// <summary>Records that belong in the quarantine: each kind has one thing wrong.</summary>
internal static class SampleBroken
{
    private const int Kinds = 6;

    /// <param name="key">Tells the record from every other; the call that it follows has the same without "bad-".</param>
    public static void Write(ref SampleRecordWriter writer, long call, string key, SampleFormat format)
    {
        int kind = (int)(call % Kinds);
        if (format == SampleFormat.Ndjson && kind == 0)
        {
            writer.WriteRaw($"{{\"switch_id\":\"fra1\",\"call_id\":\"bad-{key}\",\"setup_time\":\"2026-09-14T1");
            return;
        }

        Dictionary<string, string> fields = new()
        {
            ["switch_id"] = "fra1", ["call_id"] = $"bad-{key}", ["ani"] = "12125550100", ["dnis"] = "442071838750",
            ["setup_time"] = "2026-09-14T10:00:00Z", ["answer_time"] = "2026-09-14T10:00:05Z", ["end_time"] = "2026-09-14T10:01:05Z",
        };
        (string field, string value) = kind switch
        {
            0 => ("attempt", "first"),
            1 => ("setup_time", "2026-13-45T10:00:00Z"),
            2 => ("end_time", "2026-09-14T10:00:04Z"),
            3 => ("end_time", "2026-09-21T10:00:05.001Z"),
            4 => ("call_id", ""),
            _ => ("attempt", "0"),
        };
        fields[field] = value;
        writer.WriteRaw(format == SampleFormat.Ndjson ? Json(fields) : Csv(fields));
    }

    private static string Json(Dictionary<string, string> fields) =>
        "{" + string.Join(',', fields.Where(field => field.Value.Length > 0).Select(Pair)) + "}";

    private static string Pair(KeyValuePair<string, string> field) =>
        field.Key == "attempt" && int.TryParse(field.Value, CultureInfo.InvariantCulture, out _)
            ? $"\"{field.Key}\":{field.Value}"
            : $"\"{field.Key}\":\"{field.Value}\"";

    private static string Csv(Dictionary<string, string> fields) =>
        string.Join(',', SampleRecordWriter.ColumnNames.Select(column => fields.GetValueOrDefault(column, "")));
}
