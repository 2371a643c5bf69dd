using System.Globalization;
using System.Text.Json;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Calls of the sample carrier's groups, written as a switch would.</summary>
internal static class Calls
{
    private static readonly string[] Dnis = ["442079460000", "4915123456789", "33142685300", "2348031234567", "919812345678", "999999"];

    /// <summary>A JSON record on one line; the number seeds how long it was and where it went.</summary>
    public static string Json(string callId, int number = 0, int attempt = 1, bool final = true, bool answered = true)
    {
        DateTimeOffset setup = new DateTimeOffset(2026, 9, 15, 9, 0, 0, TimeSpan.Zero).AddSeconds(number % 3_600);
        Dictionary<string, object?> record = new()
        {
            ["switch_id"] = "sw1",
            ["call_id"] = callId,
            ["attempt"] = attempt,
            ["final"] = final,
            ["trunk_group_a"] = "Northgate Premium",
            ["trunk_group_b"] = attempt == 1 ? "EuroRoute Gold" : "Sahara Direct",
            ["ani"] = "12125550100",
            ["dnis"] = Dnis[number % Dnis.Length],
            ["setup_time"] = Instant(setup),
            ["answer_time"] = answered ? Instant(setup.AddSeconds(5)) : null,
            ["end_time"] = Instant(setup.AddSeconds(5 + (answered ? 1 + (number * 7 % 600) : 0))),
            ["sip_code"] = answered ? 200 : 503,
        };
        return JsonSerializer.Serialize(record);
    }

    public static IEnumerable<string> Ndjson(string prefix, int from, int count) =>
        Enumerable.Range(from, count).Select(number => Json($"{prefix}-{number}", number));

    /// <summary>The same call as one row of CSV, under <see cref="CsvHeader"/>.</summary>
    public static string Csv(string callId, int number = 0)
    {
        JsonElement json = JsonSerializer.Deserialize<JsonElement>(Json(callId, number));
        return string.Join(',', CsvHeader.Split(',').Select(column => json.GetProperty(column).ToString()));
    }

    public const string CsvHeader = "switch_id,call_id,trunk_group_a,trunk_group_b,ani,dnis,setup_time,answer_time,end_time,sip_code";

    private static string Instant(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
