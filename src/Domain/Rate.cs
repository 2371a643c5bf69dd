namespace Perimeter.Domain;

/// <summary>Money per minute, exact, in units of 10^-9 of the currency unit. May be negative: the other side pays.</summary>
public readonly record struct Rate(long NanosPerMinute) : IComparable<Rate>
{
    /// <summary>The largest rate, fee or minimum, in either sign (rating.md, "How much").</summary>
    public const long LimitNanos = 50_000L * Money.NanosPerUnit;

    /// <summary>Reads a decimal with up to 9 digits after the point.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Rate rate)
    {
        bool ok = FixedPoint.TryParse(text, Money.Scale, out long nanos);
        rate = new Rate(nanos);
        return ok;
    }

    /// <exception cref="FormatException">The text is not a decimal with up to 9 digits after the point.</exception>
    public static Rate Parse(string text) =>
        TryParse(text, out Rate rate) ? rate : throw new FormatException($"'{text}' is not a rate.");

    public int CompareTo(Rate other) => NanosPerMinute.CompareTo(other.NanosPerMinute);

    public override string ToString() => FixedPoint.Format(NanosPerMinute, Money.Scale);
}
