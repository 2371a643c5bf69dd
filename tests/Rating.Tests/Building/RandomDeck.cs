using Perimeter.Domain;

namespace Perimeter.Rating.Tests.Building;

/// <summary>
/// Random decks whose codes nest up to four deep and deeper, with expired, future, blocked, superseded and same-date rows, and numbers that fall among them.
/// All of it comes from one seed, so that a failure can be made again.
/// </summary>
internal sealed class RandomDeck
{
    private readonly Random _random;

    public RandomDeck(int seed)
    {
        _random = new Random(seed);
        List<RateRow> rows = [];
        int trunks = _random.Next(1, 4);
        for (int i = 0; i < trunks; i++)
        {
            string code = Digits(_random.Next(1, 4));
            int depth = _random.Next(1, 6);
            for (int level = 0; level < depth; level++)
            {
                AddRows(rows, code);
                code += Digits(_random.Next(1, 3));
            }
        }

        Rows = [.. rows.OrderBy(_ => _random.Next()).Select(static (row, i) => row with { Line = i + 2 })];
    }

    public IReadOnlyList<RateRow> Rows { get; }

    /// <summary>A number that often falls under a code of the deck, and an instant that is often the edge of a row, or beside it.</summary>
    public (string Number, long SetupMs) Call()
    {
        RateRow near = Rows[_random.Next(Rows.Count)];
        string number = near.CodeText[.._random.Next(1, near.CodeText.Length + 1)] + Digits(_random.Next(0, 5));
        long instant = _random.Next(4) switch
        {
            0 => near.InForce.FromMs,
            1 => near.InForce.ToMs,
            _ => _random.Next(0, 100),
        };
        instant = Math.Clamp(instant, -1000, 1000) + _random.Next(-1, 2);
        return (number[..Math.Min(number.Length, E164.MaxDigits)], instant);
    }

    /// <summary>The row that stands for the number at the instant, by looking at all of them: the contract, as plainly as it can be written.</summary>
    public int Naive(string number, long instantMs, BranchesHit hit)
    {
        for (int length = number.Length; length > 0; length--)
        {
            string code = number[..length];
            List<int> begun = [.. Enumerable.Range(0, Rows.Count).Where(i => Rows[i].CodeText == code && Rows[i].InForce.FromMs <= instantMs)];
            hit.Future |= Rows.Any(row => row.CodeText == code && row.InForce.FromMs > instantMs);
            if (begun.Count == 0)
            {
                continue;
            }

            int last = begun.OrderBy(i => Rows[i].InForce.FromMs).ThenBy(i => Rows[i].Upload).ThenBy(i => Rows[i].Line).Last();
            hit.SameDate |= begun.Any(i => i != last && Rows[i].InForce.FromMs == Rows[last].InForce.FromMs);
            hit.Superseded |= begun.Any(i => i != last && Rows[i].InForce.FromMs < Rows[last].InForce.FromMs && instantMs < Rows[i].InForce.ToMs);
            if (instantMs < Rows[last].InForce.ToMs)
            {
                hit.Blocked |= Rows[last].Blocked;
                hit.BlockedUnderOpenParent |= Rows[last].Blocked && Rows.Any(row => row.CodeText.Length < length && code.StartsWith(row.CodeText, StringComparison.Ordinal) && !row.Blocked);
                hit.FourDeep |= Rows.Select(static row => row.CodeText).Distinct().Count(parent => parent.Length < length && code.StartsWith(parent, StringComparison.Ordinal)) >= 3;
                return last;
            }

            hit.Expired |= true;
            hit.SupersededDidNotComeBack |= begun.Any(i => i != last && instantMs < Rows[i].InForce.ToMs);
        }

        hit.NoCode = true;
        return -1;
    }

    private void AddRows(List<RateRow> rows, string code)
    {
        int versions = _random.Next(1, 5);
        for (int version = 0; version < versions; version++)
        {
            long from = _random.Next(5) == 0 ? Interval.BeginningMs : _random.Next(0, 100);
            long to = _random.Next(2) == 0 ? Interval.EndlessMs : Math.Max(from, 0) + _random.Next(0, 40);
            rows.Add(new RateRow
            {
                Code = E164.Parse(code), CodeText = code, Rate = new Rate(_random.Next(0, 1_000_000_000)), InForce = new Interval(from, to),
                Blocked = _random.Next(5) == 0, Upload = _random.Next(1, 4),
            });
        }
    }

    private string Digits(int count)
    {
        // Few digits, so that codes and numbers meet often; the first is never 0.
        char[] digits = new char[count];
        for (int i = 0; i < count; i++)
        {
            digits[i] = (char)('1' + _random.Next(3));
        }

        return new string(digits);
    }
}
