namespace Perimeter.Domain;

/// <summary>An amount in some currency, exact, in units of 10^-9 (nanos): what ClickHouse calls Decimal(18, 9).</summary>
public readonly record struct Money(long Nanos) : IComparable<Money>
{
    public const int Scale = 9;
    public const long NanosPerUnit = 1_000_000_000;

    public static Money Zero => default;

    /// <exception cref="OverflowException">The sum leaves 64 bits.</exception>
    public static Money operator +(Money left, Money right) => new(checked(left.Nanos + right.Nanos));

    /// <exception cref="OverflowException">The difference leaves 64 bits.</exception>
    public static Money operator -(Money left, Money right) => new(checked(left.Nanos - right.Nanos));

    public static Money operator -(Money value) => new(checked(-value.Nanos));

    public static bool operator <(Money left, Money right) => left.Nanos < right.Nanos;

    public static bool operator >(Money left, Money right) => left.Nanos > right.Nanos;

    public static bool operator <=(Money left, Money right) => left.Nanos <= right.Nanos;

    public static bool operator >=(Money left, Money right) => left.Nanos >= right.Nanos;

    /// <summary>Reads a decimal with up to 9 digits after the point.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Money money)
    {
        bool ok = FixedPoint.TryParse(text, Scale, out long nanos);
        money = new Money(nanos);
        return ok;
    }

    /// <exception cref="FormatException">The text is not a decimal with up to 9 digits after the point.</exception>
    public static Money Parse(string text) =>
        TryParse(text, out Money money) ? money : throw new FormatException($"'{text}' is not an amount.");

    public int CompareTo(Money other) => Nanos.CompareTo(other.Nanos);

    public override string ToString() => FixedPoint.Format(Nanos, Scale);
}
