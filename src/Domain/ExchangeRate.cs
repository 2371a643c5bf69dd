namespace Perimeter.Domain;

/// <summary>Units of the system currency for one unit of another, exact, in units of 10^-12.</summary>
public readonly record struct ExchangeRate(long Picos)
{
    public const int Scale = 12;
    public const long PicosPerUnit = 1_000_000_000_000;

    public static ExchangeRate One => new(PicosPerUnit);

    /// <summary>Reads a decimal with up to 12 digits after the point.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ExchangeRate rate)
    {
        bool ok = FixedPoint.TryParse(text, Scale, out long picos);
        rate = new ExchangeRate(picos);
        return ok;
    }

    /// <summary>The amount in the system currency, rounded half-even to 9 digits (rating.md, "How much").</summary>
    /// <exception cref="OverflowException">The result leaves 64 bits.</exception>
    public Money Convert(Money amount)
    {
        if (Picos == PicosPerUnit)
        {
            return amount;
        }

        Int128 product = (Int128)amount.Nanos * Picos;
        Int128 whole = product / PicosPerUnit;
        Int128 twice = Int128.Abs(product % PicosPerUnit) * 2;
        if (twice > PicosPerUnit || (twice == PicosPerUnit && !Int128.IsEvenInteger(whole)))
        {
            whole += Int128.Sign(product);
        }

        return new Money(checked((long)whole));
    }

    public override string ToString() => FixedPoint.Format(Picos, Scale);
}
