using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>The codes of one deck, in the order of their digits, as material for numbers to dial.</summary>
internal sealed class SampleCodes
{
    private readonly HashSet<string> _all;

    public SampleCodes(RateDeckConfig deck)
    {
        ILookup<string, RateRow> rows = deck.Rows.ToLookup(row => row.Code.ToString());
        string[] codes = [.. rows.Select(row => row.Key).Order(StringComparer.Ordinal)];
        _all = [.. codes];
        Open = [.. codes.Where(code => !rows[code].Any(row => row.Blocked))];
        Blocked = [.. codes.Where(code => rows[code].All(row => row.Blocked))];
        Exchanges = [.. Open.Where(code => code.Length == 7 && code[0] == '1')];
    }

    public IReadOnlyList<string> Open { get; }

    public IReadOnlyList<string> Blocked { get; }

    /// <summary>1NPANXX, in US decks.</summary>
    public IReadOnlyList<string> Exchanges { get; }

    /// <summary>Some code of the deck, at some time, is a prefix of <paramref name="number"/>.</summary>
    public bool Covers(string number)
    {
        for (int length = number.Length; length > 0; length--)
        {
            if (_all.Contains(number[..length]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The open codes that begin with <paramref name="prefix"/>, as a range of <see cref="Open"/>.</summary>
    public (int First, int Count) RangeOf(string prefix)
    {
        int first = LowerBound(prefix);
        return (first, LowerBound(prefix + ":") - first);
    }

    // ':' follows '9' in ASCII, so "44:" stands after every code that begins with 44.
    private int LowerBound(string text)
    {
        int low = 0;
        int high = Open.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(Open[middle], text) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
