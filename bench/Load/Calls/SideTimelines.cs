using Perimeter.Domain;

namespace Perimeter.Load.Calls;

/// <summary>
/// For each code of a deck what holds when, its own row or, while none of it is in force, that of its parent: settled beforehand, so that SQL finds the longest code
/// once and then the date. By the plainest way there is, apart from the product's.
/// </summary>
internal sealed class SideTimelines
{
    private readonly ILookup<string, RateRow> _rows;

    public SideTimelines(RateDeckConfig deck)
    {
        _rows = deck.Rows.ToLookup(static row => row.CodeText);
        Codes = [.. _rows.Select(static code => code.Key).Order(StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> Codes { get; }

    /// <summary>From when on which row holds, ascending; null where none does.</summary>
    public IEnumerable<(long FromMs, RateRow? Row)> Of(string code)
    {
        string[] chain = [.. Enumerable.Range(1, code.Length).Select(length => code[..length]).Where(_rows.Contains).Reverse()];
        long[] instants = [.. chain.SelectMany(one => _rows[one]).SelectMany(static row => (long[])[row.InForce.FromMs, row.InForce.ToMs]).Append(0).Where(static ms => ms < Interval.EndlessMs).Distinct().Order()];
        return instants.Select(instant => (instant, chain.Select(one => Own(one, instant)).FirstOrDefault(static row => row is not null)));
    }

    /// <summary>Of the rows of one code, the one that began last, and only while it is in force: what it superseded does not come back.</summary>
    private RateRow? Own(string code, long instant)
    {
        RateRow? latest = _rows[code].Where(row => row.InForce.FromMs <= instant).MaxBy(static row => (row.InForce.FromMs, row.Line));
        return latest is not null && latest.InForce.Contains(instant) ? latest : null;
    }
}
