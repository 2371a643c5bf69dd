using System.Globalization;
using Perimeter.Oracle;

namespace Perimeter.EndToEnd.Tests;

/// <summary>The oracle against the worked numbers of the rules: what judges the product is judged first.</summary>
public sealed class OracleTests : IDisposable
{
    private const string Setup = "2026-09-14T12:00:00Z";

    private readonly OracleCarrier _carrier = new();

    public void Dispose() => _carrier.Dispose();

    [Theory]
    [InlineData(3, "6,6", 6)]
    [InlineData(42, "60,60", 60)]
    [InlineData(100, "6,6", 102)]
    [InlineData(622, "60,60", 660)]
    [InlineData(31, "30,6", 36)]
    [InlineData(31, "30,18", 48)]
    [InlineData(0, "60,60", 0)]
    [InlineData(60, "60,60", 60)]
    [InlineData(61, "60,60", 120)]
    public void Seconds_are_billed_by_increments(int seconds, string increments, long billed) =>
        Assert.Equal(billed, _carrier.RateA($"44,0.01,{increments},,,,,", seconds * 1000).BilledSeconds);

    [Theory]
    [InlineData(205, "44,0.00137,6,6,,,,,", 210, "0.004795")]
    [InlineData(75, "44,0.006,30,6,,,,,", 78, "0.0078")]
    [InlineData(85, "44,0.2,60,30,0.4,,,,", 90, "0.7")]
    [InlineData(180, "44,0.1,1,1,,,,,", 180, "0.3")]
    [InlineData(90, "44,0.1,60,30,,0.2,,,", 90, "0.25")]
    [InlineData(30, "44,-0.01,1,1,,,,,", 30, "-0.005")]
    public void Charges_are_those_of_the_worked_numbers(int seconds, string row, long billed, string charge)
    {
        SideResult side = _carrier.RateA(row, seconds * 1000);
        Assert.Equal(billed, side.BilledSeconds);
        Assert.Equal(charge, Text(side));
    }

    [Theory]
    [InlineData("half-up", "0.0001", "0.0001")]
    [InlineData("half-up", "-0.0001", "-0.0001")]
    [InlineData("half-even", "0.0001", "0")]
    [InlineData("half-even", "0.0003", "0.0002")]
    [InlineData("up", "0.00000006", "0.0001")]
    [InlineData("down", "0.0003", "0.0001")]
    public void One_rounding_by_the_method_of_the_deck(string method, string rate, string charge) =>
        Assert.Equal(charge, Text(_carrier.RateA($"44,{rate},1,1,,,,,", 30_000, $"4,{method},up,no,0,0")));

    [Theory]
    [InlineData("6,half-up,up,no,0,0", 1_001, 2)]
    [InlineData("6,half-up,half-up,no,0,0", 1_499, 1)]
    [InlineData("6,half-up,half-up,no,0,0", 1_500, 2)]
    [InlineData("6,half-up,down,no,0,0", 1_999, 1)]
    [InlineData("6,half-up,down,no,0,0", 999, 0)]
    [InlineData("6,half-up,down,yes,0,0", 999, 1)]
    [InlineData("6,half-up,up,yes,0,0", 1_000, 2)]
    [InlineData("6,half-up,up,yes,0,0", 0, 0)]
    [InlineData("6,half-up,up,no,3,0", 3_000, 0)]
    [InlineData("6,half-up,up,no,3,0", 3_001, 4)]
    [InlineData("6,half-up,up,yes,3,0", 3_000, 0)]
    public void Seconds_are_rounded_then_grace_then_propagation_delay(string settings, int rawMs, long billed) =>
        Assert.Equal(billed, _carrier.RateA("44,0.01,1,1,,,,,", rawMs, settings).BilledSeconds);

    [Theory]
    [InlineData("0.01", 1_000, "0.002")]
    [InlineData("-0.01", 1_000, "-0.000167")]
    [InlineData("0.6", 1_000, "0.01")]
    [InlineData("0.6", 0, "0")]
    public void A_minimum_raises_charges_that_are_not_negative_where_something_is_billed(string rate, int rawMs, string charge) =>
        Assert.Equal(charge, Text(_carrier.RateA($"44,{rate},1,1,,,,,", rawMs, "6,half-up,up,no,0,0.002")));

    [Fact]
    public void A_child_that_has_expired_gives_way_to_its_parent_and_so_does_one_to_come()
    {
        string rows = "44,0.01,1,1,,,,,\n447,0.02,1,1,,,,2026-09-13,\n4477,0.03,1,1,,,2026-09-15,,";
        Assert.Equal("44", _carrier.RateA(rows, 60_000).Code);
    }

    [Fact]
    public void The_last_day_of_a_row_is_whole_in_the_time_zone_of_the_deck()
    {
        const string Rows = "44,0.01,1,1,,,,,\n447,0.02,1,1,,,,2026-09-14,";
        Assert.Equal("447", _carrier.RateA(Rows, 60_000, setup: "2026-09-15T03:59:59.999Z", zone: "America/New_York").Code);
        Assert.Equal("44", _carrier.RateA(Rows, 60_000, setup: "2026-09-15T04:00:00.000Z", zone: "America/New_York").Code);
    }

    [Fact]
    public void A_row_that_was_replaced_does_not_come_back()
    {
        const string Rows = "44,0.01,1,1,,,,,\n447,0.02,1,1,,,2026-01-01,,\n447,0.03,1,1,,,2026-09-01,2026-09-10,";
        Assert.Equal("0.03", Text(_carrier.RateA(Rows, 60_000, setup: "2026-09-10T12:00:00Z")));
        Assert.Equal("0.01", Text(_carrier.RateA(Rows, 60_000)));
    }

    [Fact]
    public void Of_two_rows_of_one_date_the_later_line_wins() =>
        Assert.Equal("0.02", Text(_carrier.RateA("44,0.01,1,1,,,2026-01-01,,\n44,0.02,1,1,,,2026-01-01,,", 60_000)));

    [Fact]
    public void A_blocked_child_blocks_under_an_open_parent() =>
        Assert.Equal("Blocked", _carrier.RateA("44,0.01,1,1,,,,,\n447,0.02,1,1,,,,,yes", 60_000).Outcome);

    [Theory]
    [InlineData("Nobody", "447700900123", false, "NoTrunkGroup")]
    [InlineData("In", "0044", true, "InvalidNumber")]
    [InlineData("In", "1212555", true, "InvalidNumber")]
    [InlineData("In", "18005550100", true, "NoDeck")]
    [InlineData("In", "33142685300", true, "NoCode")]
    [InlineData("In", "447700900123", false, "NotAnswered")]
    [InlineData("In", "447700900123", true, "Rated")]
    [InlineData("In", "+447700900123", true, "Rated")]
    [InlineData("1", "447700900123", true, "Rated")]
    public void Each_outcome_is_the_first_that_holds(string group, string dnis, bool answered, string outcome) =>
        Assert.Equal(outcome, _carrier.Rate("44,0.01,1,1,,,,,", OracleCarrier.Record(dnis, answered ? 60_000 : null, Setup, group)).A.Outcome);

    [Fact]
    public void An_attempt_that_is_neither_final_nor_answered_has_advanced_on_side_A()
    {
        CallRecord record = OracleCarrier.Record("447700900123", null, Setup, "In");
        record.Final = false;
        Assert.Equal("Advanced", _carrier.Rate("44,0.01,1,1,,,,,", record).A.Outcome);
        record = OracleCarrier.Record("447700900123", 60_000, Setup, "In");
        record.Final = false;
        Assert.Equal("Rated", _carrier.Rate("44,0.01,1,1,,,,,", record).A.Outcome);
    }

    private static string Text(SideResult side) => ((decimal)side.ChargeNanos / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture);
}
