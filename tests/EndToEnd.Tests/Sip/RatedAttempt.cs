using System.Globalization;
using System.Text.RegularExpressions;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>A row of <c>rated_calls</c>, as a reader sees it.</summary>
internal sealed partial record RatedAttempt(
    string Id, int Attempt, bool Final, string OutcomeA, string OutcomeB, decimal ChargeA, decimal ChargeB, long MsA, long MsB, int SipCode, string ReleasedBy, int GroupA, int GroupB,
    DateTime? Answer, DateTime End, bool Suspect, bool AnswerTaken)
{
    private const string Sql =
        "SELECT call_id, attempt, final, outcome_a, outcome_b, charge_a, charge_b, answered_ms_a, answered_ms_b, sip_code, released_by, "
        + "trunk_group_a, trunk_group_b, answer_time, end_time, suspect, answer_taken FROM rated_calls ORDER BY call_id, attempt";

    /// <summary>The Call-ID, without what tells INVITEs of the same apart.</summary>
    public string CallId => Own().Replace(Id, "");

    public static async Task<IReadOnlyList<RatedAttempt>> ReadAsync(LiveInstance live) => [.. (await live.QueryAsync(Sql)).Select(Of)];

    private static RatedAttempt Of(string[] row) => new(
        row[0].Replace(@"\\", @"\", StringComparison.Ordinal), int.Parse(row[1], CultureInfo.InvariantCulture), row[2] == "true", row[3], row[4], decimal.Parse(row[5], CultureInfo.InvariantCulture), decimal.Parse(row[6], CultureInfo.InvariantCulture),
        long.Parse(row[7], CultureInfo.InvariantCulture), long.Parse(row[8], CultureInfo.InvariantCulture), int.Parse(row[9], CultureInfo.InvariantCulture), row[10], int.Parse(row[11], CultureInfo.InvariantCulture), int.Parse(row[12], CultureInfo.InvariantCulture),
        row[13] == "\\N" ? null : Time(row[13]), Time(row[14]), row[15] == "true", row[16] == "true");

    [GeneratedRegex("/[0-9]{16}-[0-9]+$")]
    private static partial Regex Own();

    private static DateTime Time(string text) =>
        DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
