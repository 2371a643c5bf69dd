using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Domain.Tests;

public sealed class IntervalTests
{
    private static readonly Gen<Interval> Intervals =
        from begin in Gen.Choose(-5, 25)
        from length in Gen.Choose(-2, 10)
        select new Interval(begin, begin + length);

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(11, true)]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public void The_first_instant_is_in_and_the_last_is_not(long instant, bool contained) => Assert.Equal(contained, new Interval(10, 20).Contains(instant));

    [Fact]
    public void Always_holds_every_instant_but_the_end_of_time()
    {
        Assert.True(Interval.Always.Contains(0));
        Assert.True(Interval.Always.Contains(long.MinValue));
        Assert.True(Interval.Always.Contains(long.MaxValue - 1));
        Assert.False(Interval.Always.IsEmpty);
    }

    [Fact]
    public void Intervals_agree_with_sets_of_instants() => Properties.Check(Prop.ForAll(Intervals.ToArbitrary(), Intervals.ToArbitrary(), (left, right) =>
    {
        HashSet<long> common = [.. Instants(left)];
        common.IntersectWith(Instants(right));
        bool bothHold = !left.IsEmpty && !right.IsEmpty;
        return left.IsEmpty == (Instants(left).Count == 0)
            && common.SetEquals(Instants(left.Intersect(right)))
            && left.Intersect(right).IsEmpty == (common.Count == 0)
            && (!bothHold || left.Overlaps(right) == (common.Count > 0));
    }));

    private static List<long> Instants(Interval interval) => [.. Enumerable.Range(-20, 80).Select(n => (long)n).Where(interval.Contains)];
}
