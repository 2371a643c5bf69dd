using System.Text;

namespace Perimeter.Load.Data;

/// <summary>How numbers are drawn from a deck's codes.</summary>
internal enum NumberSpread
{
    /// <summary>Every code alike.</summary>
    Uniform,

    /// <summary>The r-th of the codes, in random order, about as often as 1/r.</summary>
    Zipf,

    /// <summary>Three of four numbers have digits that no code begins.</summary>
    MissHeavy,
}

/// <summary>Numbers of 12 digits, drawn with a fixed seed.</summary>
internal static class NumberDraw
{
    public const int Digits = 12;

    private const int Seed = 20_260_103;

    /// <summary>The digits of all numbers, one behind another. Of uniform ones, one in sixteen is under no code.</summary>
    /// <param name="draw">Another number, other numbers.</param>
    public static byte[] Draw(string[] codes, int count, NumberSpread spread, int draw = 0)
    {
        Random random = new(Seed + (int)spread + (draw * Enum.GetValues<NumberSpread>().Length));
        HashSet<string> known = [.. codes];
        string[] shuffled = [.. codes];
        random.Shuffle(shuffled);
        byte[] digits = new byte[count * Digits];
        for (int i = 0; i < count; i++)
        {
            string number = spread switch
            {
                NumberSpread.Zipf => Under(shuffled[Zipf(random, shuffled.Length)], random),
                NumberSpread.MissHeavy when i % 4 != 3 => UnderNone(known, random),
                NumberSpread.Uniform when i % 16 == 15 => UnderNone(known, random),
                _ => Under(codes[random.Next(codes.Length)], random),
            };
            Encoding.ASCII.GetBytes(number, digits.AsSpan(i * Digits));
        }

        return digits;
    }

    /// <summary>A rank below <paramref name="count"/>, the r-th about as likely as 1/r.</summary>
    public static int Zipf(Random random, int count) => Math.Min(count - 1, (int)Math.Exp(random.NextDouble() * Math.Log(count + 1)) - 1);

    /// <summary>The code, filled up with digits.</summary>
    public static string Under(string code, Random random)
    {
        Span<char> number = stackalloc char[Digits];
        for (int i = 0; i < Digits; i++)
        {
            number[i] = i < code.Length ? code[i] : (char)('0' + random.Next(10));
        }

        return new string(number);
    }

    private static string UnderNone(HashSet<string> codes, Random random)
    {
        string number;
        do
        {
            number = Under($"{random.Next(1, 10)}", random);
        }
        while (Enumerable.Range(1, Digits).Any(length => codes.Contains(number[..length])));
        return number;
    }
}
