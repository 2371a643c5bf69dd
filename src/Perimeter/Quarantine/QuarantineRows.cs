using System.Globalization;
using System.Text;
using System.Text.Json;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

/// <summary>An event of the quarantine by its id.</summary>
/// <param name="ReplayedAt">When it was sent again; null where it was not, or was put aside again since.</param>
internal sealed record QuarantineRow(ulong Id, string? ReplayedAt, long Bytes);

/// <summary>Reads from ClickHouse what sending the quarantine again needs to know.</summary>
internal sealed class QuarantineRows(IWarehouseConnection connection)
{
    /// <summary>What a selection means: all of the ids given, and of others what was not sent again yet.</summary>
    public IReadOnlyList<QuarantineRow> Find(ReplayOrder order) =>
    [
        .. Query("quarantine-ids.sql", new("ids", Join(order.Ids)), new("reason", order.Reason), new("call", order.Call), new("again", order.Again ? "1" : "0")).Select(row => new QuarantineRow(
            ulong.Parse(row.GetProperty("id").GetString()!, CultureInfo.InvariantCulture),
            row.GetProperty("replayed_at").GetString() is { Length: > 0 } at ? at : null,
            long.Parse(row.GetProperty("bytes").ToString(), CultureInfo.InvariantCulture))),
    ];

    /// <summary>The events of the ids, in their order.</summary>
    public IReadOnlyList<PutAsideEvent> Read(IReadOnlyList<ulong> ids)
    {
        Dictionary<ulong, PutAsideEvent> events = Query("quarantine-contents.sql", new QueryParameter("ids", Join(ids))).Select(row => new PutAsideEvent
        {
            Id = ulong.Parse(row.GetProperty("id").GetString()!, CultureInfo.InvariantCulture),
            Reason = Enum.Parse<QuarantineReason>(row.GetProperty("reason").GetString()!),
            Times = long.Parse(row.GetProperty("times").GetString()!, CultureInfo.InvariantCulture),
            Source = row.GetProperty("source").GetString()!,
            Attempt = new CallAttempt(
                row.GetProperty("switch_id").GetString()!, row.GetProperty("call_id").GetString()!, int.Parse(row.GetProperty("attempt").GetString()!, CultureInfo.InvariantCulture)),
            Content = row.GetProperty("content").GetBytesFromBase64(),
        }).ToDictionary(one => one.Id);
        return [.. ids.Select(id => events[id])];
    }

    /// <summary>Which of the attempts are among the rated calls.</summary>
    public IReadOnlySet<CallAttempt> Charged(IReadOnlyCollection<CallAttempt> attempts)
    {
        if (attempts.Count == 0)
        {
            return new HashSet<CallAttempt>();
        }

        string calls = string.Join(',', attempts.Select(one => Convert.ToHexString(Encoding.UTF8.GetBytes(one.CallId))).Distinct());
        HashSet<CallAttempt> found = [.. Query("charged-attempts.sql", new QueryParameter("calls", calls)).Select(row => new CallAttempt(
            Text(row, "switch_id"), Text(row, "call_id"), int.Parse(row.GetProperty("attempt").GetString()!, CultureInfo.InvariantCulture)))];
        found.IntersectWith(attempts);
        return found;

        static string Text(JsonElement row, string column) => Encoding.UTF8.GetString(row.GetProperty(column).GetBytesFromBase64());
    }

    private static string Join(IEnumerable<ulong> ids) => string.Join(',', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    private List<JsonElement> Query(string file, params QueryParameter[] parameters)
    {
        using IWarehouseResult result = connection.Query(Encoding.UTF8.GetBytes(SqlFile.Read(file)), "JSONEachRow", parameters);
        return [.. Encoding.UTF8.GetString(result.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }
}
