using System.Text;
using Perimeter.Oracle;

namespace Perimeter.EndToEnd.Tests;

/// <summary>The summary that <c>perimeter up --sample</c> should print, computed from the records and the carrier folder by code that shares nothing with the product.</summary>
internal sealed class SummaryOracle
{
    private const int TopDestinations = 10;

    /// <summary>In the order of the rules: the first that holds.</summary>
    private static readonly string[] Reasons = ["NoTrunkGroup", "InvalidNumber", "NoDeck", "NoCode", "Blocked"];

    private static readonly string[] Header = ["name", "attempts", "answered", "ASR %", "ALOC min", "revenue", "cost", "profit", "margin %"];

    private readonly SummaryLine _total = new();
    private readonly Dictionary<(string Side, int Id), SummaryLine> _relationships = [];
    private readonly Dictionary<(string Side, int Id), SummaryLine> _groups = [];
    private readonly Dictionary<string, SummaryLine> _destinations = [];
    private readonly Dictionary<(string Side, string Reason), SummaryLine> _unrated = [];

    /// <param name="recordsFile">What <c>perimeter sample-calls</c> wrote.</param>
    public SummaryOracle(string recordsFile)
    {
        Report = CarrierOracle.Open(RepositoryFolders.Carrier, RepositoryFolders.NumberingData).Rate(RecordReader.ReadFile(recordsFile), Add);
        Text = Render();
    }

    public OracleReport Report { get; }

    public string Text { get; }

    private void Add(AttemptResult attempt)
    {
        bool called = attempt.A.Outcome != "Advanced";
        bool sent = attempt.B.TrunkGroup != 0 || attempt.Record.TrunkGroupB.Length > 0 || attempt.Record.VendorTrunk.Length > 0;
        bool answeredB = attempt.IsAnswered || attempt.Record.AnswerBMs is not null;
        string destination = attempt.A.Destination.Length > 0 ? attempt.A.Destination : attempt.B.Destination;
        List<SummaryLine> lines = [_total, Of(_relationships, ("A", attempt.A.Relationship)), Of(_groups, ("A", attempt.A.TrunkGroup)), Of(_destinations, destination)];
        foreach (SummaryLine line in lines)
        {
            line.AddMoney(attempt);
            if (called)
            {
                line.AddTraffic(attempt.IsAnswered, attempt.AnsweredMsA);
            }
        }

        if (sent)
        {
            foreach (SummaryLine line in (SummaryLine[])[Of(_relationships, ("B", attempt.B.Relationship)), Of(_groups, ("B", attempt.B.TrunkGroup))])
            {
                line.AddMoney(attempt);
                line.AddTraffic(answeredB, attempt.AnsweredMsB);
            }
        }

        if (Reasons.Contains(attempt.A.Outcome))
        {
            Of(_unrated, ("A", attempt.A.Outcome)).AddTraffic(attempt.IsAnswered, attempt.AnsweredMsA);
        }

        if (sent && Reasons.Contains(attempt.B.Outcome))
        {
            Of(_unrated, ("B", attempt.B.Outcome)).AddTraffic(answeredB, attempt.AnsweredMsB);
        }
    }

    private string Render()
    {
        StringBuilder text = new("TOTAL\n");
        foreach ((string name, string value) in ((string, string)[])
            [
                ("calls", SummaryLine.Count(_total.Attempts)), ("attempts", SummaryLine.Count(Report.Rows)), ("answered", SummaryLine.Count(_total.Answered)),
                ("ASR %", _total.Asr), ("ALOC min", _total.Aloc), ("revenue", SummaryLine.Exact(_total.Revenue)), ("cost", SummaryLine.Exact(_total.Cost)),
                ("profit", _total.ExactProfit), ("margin %", _total.Margin), ("repeats", SummaryLine.Count(Report.Repeats)), ("quarantined", SummaryLine.Count(Report.Quarantined)),
            ])
        {
            text.Append("  ").Append(name.PadRight(12)).Append(' ').Append(value.PadLeft(24)).Append('\n');
        }

        Ids(text, "RELATIONSHIPS: calls from them", _relationships, "A", Report.NameOfRelationship);
        Ids(text, "RELATIONSHIPS: attempts to them", _relationships, "B", Report.NameOfRelationship);
        Ids(text, "TRUNK GROUPS: calls in", _groups, "A", Report.NameOfGroup);
        Ids(text, "TRUNK GROUPS: attempts out", _groups, "B", Report.NameOfGroup);
        Table(text, "TOP DESTINATIONS", 1, Header, _destinations
            .Where(line => line.Key.Length > 0)
            .OrderByDescending(line => line.Value.Revenue)
            .Take(TopDestinations)
            .Select(line => line.Value.Cells(line.Key)));
        Table(text, "UNRATED", 2, ["side", "reason", "attempts", "answered", "minutes"], _unrated
            .OrderBy(line => line.Key.Side, StringComparer.Ordinal).ThenBy(line => Array.IndexOf(Reasons, line.Key.Reason))
            .Select(line => (string[])[line.Key.Side, line.Key.Reason, SummaryLine.Count(line.Value.Attempts), SummaryLine.Count(line.Value.Answered), line.Value.Minutes]));
        return text.ToString().TrimEnd();
    }

    private static void Ids(StringBuilder text, string title, Dictionary<(string Side, int Id), SummaryLine> lines, string side, Func<int, string> name) =>
        Table(text, title, 1, Header, lines
            .Where(line => line.Key.Side == side && line.Key.Id != 0)
            .OrderByDescending(line => line.Value.Revenue).ThenBy(line => line.Key.Id)
            .Select(line => line.Value.Cells(name(line.Key.Id))));

    private static void Table(StringBuilder text, string title, int leftColumns, string[] header, IEnumerable<string[]> rows)
    {
        List<string[]> all = [header, .. rows];
        text.Append('\n').Append(title).Append('\n');
        if (all.Count == 1)
        {
            text.Append("  none\n");
            return;
        }

        foreach (string[] row in all)
        {
            StringBuilder line = new();
            for (int column = 0; column < row.Length; column++)
            {
                int width = all.Max(cells => cells[column].Length);
                line.Append("  ").Append(column < leftColumns ? row[column].PadRight(width) : row[column].PadLeft(width));
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
        }
    }

    private static SummaryLine Of<TKey>(Dictionary<TKey, SummaryLine> lines, TKey key)
        where TKey : notnull
    {
        if (!lines.TryGetValue(key, out SummaryLine? line))
        {
            lines.Add(key, line = new SummaryLine());
        }

        return line;
    }
}
