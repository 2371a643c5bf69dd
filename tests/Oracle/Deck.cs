using System.Globalization;
using System.Numerics;

namespace Perimeter.Oracle;

/// <summary>One row of a deck. A rate that it does not carry is null.</summary>
internal sealed class DeckRow
{
    public required string Code { get; init; }

    public required string Destination { get; init; }

    public BigInteger? Rate { get; init; }

    public BigInteger? Interstate { get; init; }

    public BigInteger? Intrastate { get; init; }

    public BigInteger? Indeterminate { get; init; }

    public BigInteger? InitialRate { get; init; }

    public required int Initial { get; init; }

    public required int Increment { get; init; }

    public required BigInteger FeeNanos { get; init; }

    public required bool IsBlocked { get; init; }

    public required Span InForce { get; init; }
}

/// <summary>A deck: settings, and its rows by code in the order in which they were uploaded.</summary>
internal sealed class Deck
{
    private readonly Dictionary<string, List<DeckRow>> _rows = [];
    private int _longest;

    public required int Id { get; init; }

    public required string Name { get; init; }

    public required bool IsUs { get; init; }

    public required string Currency { get; init; }

    public required int Digits { get; init; }

    public required string Rounding { get; init; }

    public required string SecondsRounding { get; init; }

    public required bool PropagationDelay { get; init; }

    public required int GraceSeconds { get; init; }

    public required BigInteger MinimumNanos { get; init; }

    public required bool RatesOnLrn { get; init; }

    public required string MissingRate { get; init; }

    public required bool TerritoriesAreInterstate { get; init; }

    public required Span InForce { get; init; }

    public void AddUpload(IEnumerable<CsvRow> rows, TimeZoneInfo zone)
    {
        foreach (CsvRow row in rows)
        {
            string code = row["code"];
            if (IsUs && code[0] != '1')
            {
                code = "1" + code;
            }

            if (!_rows.TryGetValue(code, out List<DeckRow>? dated))
            {
                _rows.Add(code, dated = []);
            }

            _longest = Math.Max(_longest, code.Length);
            dated.Add(new DeckRow
            {
                Code = code, Destination = row["destination"], Rate = Rate(row["rate"]), Interstate = Rate(row["interstate_rate", "interrate"]),
                Intrastate = Rate(row["intrastate_rate", "intrarate"]), Indeterminate = Rate(row["indeterminate_rate", "ijrate"]),
                InitialRate = Rate(row["initial_rate"]), Initial = Seconds(row["initial", "duration"]), Increment = Seconds(row["increment"]),
                FeeNanos = Rate(row["connect_fee"]) ?? 0, IsBlocked = CarrierFiles.IsYes(row["blocked"]), InForce = CarrierFiles.Dates(row, zone),
            });
        }
    }

    /// <summary>The row of the longest code that is a prefix of the number and in force; null where there is none.</summary>
    public DeckRow? Find(string number, long t)
    {
        for (int length = Math.Min(number.Length, _longest); length > 0; length--)
        {
            if (_rows.TryGetValue(number[..length], out List<DeckRow>? dated) && InForceAt(dated, t) is { } row)
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>
    /// Of the rows that have begun, the one that began last stands for the code, and of two that began together the later one;
    /// a row that it replaced does not come back when it is over.
    /// </summary>
    private static DeckRow? InForceAt(List<DeckRow> dated, long t)
    {
        DeckRow? last = null;
        foreach (DeckRow row in dated)
        {
            if (row.InForce.From <= t && (last is null || row.InForce.From >= last.InForce.From))
            {
                last = row;
            }
        }

        return last is not null && t < last.InForce.To ? last : null;
    }

    private static BigInteger? Rate(string text) => text.Length == 0 ? null : Amount.Nanos(text);

    private static int Seconds(string text) => text.Length == 0 ? 1 : int.Parse(text, CultureInfo.InvariantCulture);
}
