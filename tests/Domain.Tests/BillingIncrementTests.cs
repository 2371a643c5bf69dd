using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Domain.Tests;

public sealed class BillingIncrementTests
{
    [Theory]
    [InlineData(3, 6, 6, 6)] // the examples of docs/rating.md
    [InlineData(42, 60, 60, 60)]
    [InlineData(100, 6, 6, 102)]
    [InlineData(622, 60, 60, 660)]
    [InlineData(31, 30, 6, 36)]
    [InlineData(31, 30, 18, 48)]
    [InlineData(205, 6, 6, 210)]
    [InlineData(75, 30, 6, 78)]
    [InlineData(85, 60, 30, 90)]
    public void Seconds_bill_as_the_rules_say(long seconds, int initial, int further, long billed) =>
        Assert.Equal(billed, new BillingIncrement(initial, further).Bill(seconds));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 60)]
    [InlineData(59, 60)]
    [InlineData(60, 60)]
    [InlineData(61, 90)]
    [InlineData(89, 90)]
    [InlineData(90, 90)]
    [InlineData(91, 120)]
    [InlineData(604_799, 604_800)]
    [InlineData(604_800, 604_800)]
    public void The_ladder_of_60_30(long seconds, long billed) => Assert.Equal(billed, new BillingIncrement(60, 30).Bill(seconds));

    [Theory]
    [InlineData(1, 86_400)]
    [InlineData(86_399, 86_400)]
    [InlineData(86_400, 86_400)]
    [InlineData(86_401, 172_800)]
    public void The_ladder_of_the_largest_increment(long seconds, long billed) =>
        Assert.Equal(billed, new BillingIncrement(BillingIncrement.MaxSeconds, BillingIncrement.MaxSeconds).Bill(seconds));

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 0, false)]
    [InlineData(-1, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(86_400, 86_400, true)]
    [InlineData(86_401, 1, false)]
    [InlineData(1, 86_401, false)]
    public void Increments_are_one_second_to_one_day(int initial, int further, bool valid) => Assert.Equal(valid, new BillingIncrement(initial, further).IsValid);

    [Fact]
    public void Billing_agrees_with_counting_the_steps() => Properties.Check(Prop.ForAll(
        Gen.Choose(0, 3000).ToArbitrary(), Gen.Choose(1, 200).ToArbitrary(), Gen.Choose(1, 200).ToArbitrary(), (seconds, initial, further) =>
    {
        long counted = 0;
        if (seconds > 0)
        {
            for (counted = initial; counted < seconds;)
            {
                counted += further;
            }
        }

        return new BillingIncrement(initial, further).Bill(seconds) == counted;
    }));

    [Fact]
    public void It_is_written_as_people_write_it() => Assert.Equal("60/30", new BillingIncrement(60, 30).ToString());
}
