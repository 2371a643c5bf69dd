using Perimeter.Domain;
using Perimeter.Load.Data;

namespace Perimeter.Load.Matching;

/// <summary>
/// The usual way in a business application: a dictionary from code to its dated rows, asked for the number, then for the number without its last digit, and so on.
/// Asked by spans, so that no substring is allocated, and from the longest code's length on.
/// </summary>
internal sealed class ShrinkingDictionary
{
    private readonly Dictionary<string, DatedRate[]> _byCode = [];
    private readonly Dictionary<string, DatedRate[]>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly int _longest;

    public ShrinkingDictionary(IReadOnlyList<RateRow> rows)
    {
        foreach (IGrouping<string, RateRow> code in rows.GroupBy(static row => row.CodeText))
        {
            _byCode.Add(code.Key, [.. code.OrderByDescending(static row => row.InForce.FromMs).Select(static row => new DatedRate(row.InForce, row.Rate!.Value.NanosPerMinute))]);
            _longest = Math.Max(_longest, code.Key.Length);
        }

        _bySpan = _byCode.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    private readonly record struct DatedRate(Interval InForce, long NanosPerMinute);

    public long SumOfRates(ReadOnlySpan<byte> digits)
    {
        long sum = 0;
        for (int at = 0; at < digits.Length; at += NumberDraw.Digits)
        {
            sum += RateOf(digits.Slice(at, NumberDraw.Digits));
        }

        return sum;
    }

    /// <summary>The rate in nanos per minute; 0 where none is in force.</summary>
    public long RateOf(ReadOnlySpan<byte> ascii)
    {
        Span<char> number = stackalloc char[NumberDraw.Digits];
        for (int i = 0; i < ascii.Length; i++)
        {
            number[i] = (char)ascii[i];
        }

        for (int length = Math.Min(_longest, ascii.Length); length > 0; length--)
        {
            if (_bySpan.TryGetValue(number[..length], out DatedRate[]? rates))
            {
                foreach (DatedRate rate in rates)
                {
                    if (rate.InForce.Contains(RatingData.SetupMs))
                    {
                        return rate.NanosPerMinute;
                    }
                }
            }
        }

        return 0;
    }
}
