namespace Perimeter.Domain;

/// <summary>A span of time, <c>FromMs &lt;= t &lt; ToMs</c>, in milliseconds of UTC since 1970.</summary>
public readonly record struct Interval(long FromMs, long ToMs)
{
    public const long BeginningMs = long.MinValue;
    public const long EndlessMs = long.MaxValue;

    public static Interval Always => new(BeginningMs, EndlessMs);

    public bool IsEmpty => FromMs >= ToMs;

    public bool Contains(long instantMs) => FromMs <= instantMs && instantMs < ToMs;

    public bool Overlaps(Interval other) => FromMs < other.ToMs && other.FromMs < ToMs;

    public Interval Intersect(Interval other) => new(Math.Max(FromMs, other.FromMs), Math.Min(ToMs, other.ToMs));
}
