using System.Globalization;
using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.Aggregator.Rerating;

/// <summary>
/// How far a run is, in a file beside the data: what is asked, by which configuration, and what the attempts before the mark came to. It only saves time: an
/// attempt is adjusted from what ClickHouse holds, so a mark that is older than what was written, or none at all, has attempts looked at again and no more.
/// </summary>
internal sealed record ReratePosition(RerateRequest Request, int Revision, int Run, long AdjustedAtMs, RerateMark? Done, long Calls, long Changed, IReadOnlyList<RerateSumsLine> Sums)
{
    /// <summary>Null where there is none, or none that can be read.</summary>
    public static ReratePosition? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ReratePosition>(File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string path)
    {
        string temporary = path + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this));
        File.Move(temporary, path, overwrite: true);
    }

    public RerateTotals Totals() => new(Calls, Changed, Sums.Select(line => KeyValuePair.Create(line.Relationship, line.ToSums())));

    public static IReadOnlyList<RerateSumsLine> SumsOf(RerateTotals totals) => [.. totals.Everything.Select(entry => RerateSumsLine.Of(entry.Key, entry.Value))];
}

/// <summary>The sums of one Relationship, or of the sides without one under 0, as they are written down: amounts as decimal digits, since JSON has no 128 bits.</summary>
internal sealed record RerateSumsLine(int Relationship, long Calls, long Changed, string OldRevenue, string NewRevenue, string OldCost, string NewCost)
{
    public static RerateSumsLine Of(int relationship, RerateSums sums) => new(
        relationship, sums.Calls, sums.Changed, Text(sums.OldRevenue), Text(sums.NewRevenue), Text(sums.OldCost), Text(sums.NewCost));

    public RerateSums ToSums() => new(Calls, Changed, Number(OldRevenue), Number(NewRevenue), Number(OldCost), Number(NewCost));

    private static string Text(Int128 nanos) => nanos.ToString(CultureInfo.InvariantCulture);

    private static Int128 Number(string nanos) => Int128.Parse(nanos, CultureInfo.InvariantCulture);
}
