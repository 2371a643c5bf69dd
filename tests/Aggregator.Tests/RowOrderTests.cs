using Perimeter.Aggregator.Landing;

namespace Perimeter.Aggregator.Tests;

public sealed class RowOrderTests
{
    [Theory]
    [InlineData(0, 10, 1000)]
    [InlineData(1, 1, 1)]
    [InlineData(5_000, 30, 86_400_000)]
    [InlineData(5_000, int.MaxValue, 3_000_000)]
    public void Rows_are_ordered_by_group_and_then_by_instant(int rows, int groups, int span)
    {
        var random = new Random(rows);
        uint[] group = [.. Enumerable.Range(0, rows).Select(_ => (uint)random.Next(groups))];
        long[] instant = [.. Enumerable.Range(0, rows).Select(_ => RandomCalls.BaseMs + random.Next(span))];
        int[] expected = [.. Enumerable.Range(0, rows).OrderBy(row => group[row]).ThenBy(row => instant[row]).ThenBy(row => row)];
        var order = new RowOrder();
        order.Sort([9, 8, 7], [1, 2, 3]);
        Assert.Equal(expected, order.Sort(group, instant).ToArray());
    }

    [Fact]
    public void Absurd_instants_still_keep_groups_apart()
    {
        uint[] group = [2, uint.MaxValue, 0, 2];
        long[] instant = [long.MaxValue, 0, long.MinValue, long.MinValue];
        int[] order = new RowOrder().Sort(group, instant).ToArray();
        Assert.Equal([0, 1, 2, 3], order.Order());
        Assert.Equal([0u, 2u, 2u, uint.MaxValue], order.Select(row => group[row]));
    }
}
