using System.Globalization;
using System.Numerics;
using Perimeter.Oracle;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Sums behind one line of the summary, and what is printed of them: exact, rounded once, half to even.</summary>
internal sealed class SummaryLine
{
    private const long NanosPerUnit = 1_000_000_000;
    private const int MsPerMinute = 60_000;

    public long Attempts { get; private set; }

    public long Answered { get; private set; }

    public BigInteger AnsweredMs { get; private set; }

    public BigInteger Revenue { get; private set; }

    public BigInteger Cost { get; private set; }

    private BigInteger Profit => Revenue - Cost;

    public static string Count(BigInteger count) => Digits(count, 0);

    /// <summary>To the last of nine digits.</summary>
    public static string Exact(BigInteger nanos) => Digits(nanos, 9);

    /// <summary>Two digits of a quotient; "-" where there is nothing to divide by.</summary>
    public static string Ratio(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
        {
            return "-";
        }

        if (denominator.Sign < 0)
        {
            (numerator, denominator) = (-numerator, -denominator);
        }

        BigInteger whole = BigInteger.DivRem(BigInteger.Abs(numerator) * 100, denominator, out BigInteger rest);
        int half = (rest * 2).CompareTo(denominator);
        whole += half > 0 || (half == 0 && !whole.IsEven) ? 1 : 0;
        return Digits(numerator.Sign * whole, 2);
    }

    public void AddMoney(AttemptResult attempt)
    {
        Revenue += attempt.RevenueNanos;
        Cost += attempt.CostNanos;
    }

    public void AddTraffic(bool answered, long answeredMs)
    {
        Attempts++;
        Answered += answered ? 1 : 0;
        AnsweredMs += answeredMs;
    }

    public string Asr => Ratio(100 * (BigInteger)Answered, Attempts);

    public string Aloc => Ratio(AnsweredMs, MsPerMinute * (BigInteger)Answered);

    public string Minutes => Ratio(AnsweredMs, MsPerMinute);

    public string Margin => Ratio(100 * Profit, Revenue);

    public string ExactProfit => Exact(Profit);

    public string[] Cells(string name) =>
        [name, Count(Attempts), Count(Answered), Asr, Aloc, Ratio(Revenue, NanosPerUnit), Ratio(Cost, NanosPerUnit), Ratio(Profit, NanosPerUnit), Margin];

    /// <summary>A whole number of 10^-digits, with commas between thousands.</summary>
    private static string Digits(BigInteger number, int digits)
    {
        string text = BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        string whole = text[..^digits];
        for (int at = whole.Length - 3; at > 0; at -= 3)
        {
            whole = whole.Insert(at, ",");
        }

        return (number.Sign < 0 ? "-" : "") + whole + (digits == 0 ? "" : "." + text[^digits..]);
    }
}
