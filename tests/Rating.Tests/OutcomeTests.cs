using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

/// <summary>Every outcome on each side, the first that holds: each test makes one condition hold together with all those after it.</summary>
public sealed class OutcomeTests
{
    private static RateDeckConfig International => Deck(
        Row("49", "0.06") with { Destination = new DestinationId(1) },
        Row("4915", "0.3") with { Destination = new DestinationId(2), Blocked = true });

    private static Carrier BothSides => new Carrier().Assign(10, CallClass.International, International).Assign(20, CallClass.International, International);

    [Fact]
    public void An_answered_call_is_rated_on_both_sides()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call());
        Assert.Equal((RatingOutcome.Rated, RatingOutcome.Rated), (a.Outcome, b.Outcome));
        Assert.Equal((new TrunkGroupId(10), new RelationshipId(1), Direction.Termination, Relation.Customer), (a.TrunkGroup, a.Relationship, a.Direction, a.Relation));
        Assert.Equal((new TrunkGroupId(20), new RelationshipId(2), Direction.Termination, Relation.Vendor), (b.TrunkGroup, b.Relationship, b.Direction, b.Relation));
        Assert.Equal((CallClass.International, E164.Parse("49"), new DestinationId(1), 1), (a.Class, a.Code, a.Destination, a.DeckVersion));
        Assert.Equal((Money.Parse("0.06"), 60, 60, ExchangeRate.One, CurrencyCode.Usd), (a.Charge, a.Seconds, a.BilledSeconds, a.ExchangeRate, a.Currency));
        Assert.Equal(a.Charge, a.SystemCharge);
    }

    [Fact]
    public void A_final_attempt_without_answer_is_not_answered_on_both_sides_and_has_its_code()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call { RawMs = null });
        Assert.Equal((RatingOutcome.NotAnswered, RatingOutcome.NotAnswered), (a.Outcome, b.Outcome));
        Assert.Equal((E164.Parse("49"), new DestinationId(1), Rate.Parse("0.06"), 0, 0, Money.Zero), (b.Code, b.Destination, b.Rate, b.Seconds, b.BilledSeconds, b.Charge));
    }

    [Fact]
    public void An_attempt_that_is_not_final_is_advanced_on_A_and_keeps_its_code()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call { RawMs = null, Final = false });
        Assert.Equal((RatingOutcome.Advanced, RatingOutcome.NotAnswered), (a.Outcome, b.Outcome));
        Assert.Equal((E164.Parse("49"), new TrunkGroupId(10), Money.Zero), (a.Code, a.TrunkGroup, a.Charge));
    }

    [Fact]
    public void An_answered_attempt_is_rated_on_A_even_where_it_is_not_marked_final()
    {
        (RatedSide a, _) = BothSides.Rate(new Call { Final = false });
        Assert.Equal(RatingOutcome.Rated, a.Outcome);
    }

    [Fact]
    public void Advanced_comes_before_every_other_outcome_of_A()
    {
        (RatedSide a, RatedSide b) = new Carrier().Rate(new Call { A = "nobody", B = "nobody", Dnis = "", RawMs = null, Final = false });
        Assert.Equal((RatingOutcome.Advanced, RatingOutcome.NoTrunkGroup), (a.Outcome, b.Outcome));
    }

    [Fact]
    public void No_trunk_group_comes_before_an_invalid_number()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call { A = "nobody", B = "", Dnis = "0", RawMs = 59_001 });
        Assert.Equal((RatingOutcome.NoTrunkGroup, RatingOutcome.NoTrunkGroup), (a.Outcome, b.Outcome));
        Assert.Equal((60, 0, Money.Zero, CallClass.None, -1), (a.Seconds, a.BilledSeconds, a.Charge, a.Class, a.DeckRow));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0493012345")]
    [InlineData("4930123456789012")]
    [InlineData("49301234a6")]
    [InlineData("49 30")]
    [InlineData("++4930")]
    [InlineData("+")]
    [InlineData("anonymous")]
    [InlineData("1201555010")]
    [InlineData("11015550100")]
    [InlineData("12011550100")]
    [InlineData("120155501000")]
    public void An_invalid_number_comes_before_a_missing_deck(string dnis)
    {
        (RatedSide a, RatedSide b) = new Carrier().Rate(new Call { Dnis = dnis });
        Assert.Equal((RatingOutcome.InvalidNumber, RatingOutcome.InvalidNumber), (a.Outcome, b.Outcome));
        Assert.Equal((60, 60), (a.Seconds, b.Seconds));
    }

    [Fact]
    public void A_missing_deck_comes_before_a_missing_answer()
    {
        (RatedSide a, RatedSide b) = new Carrier().Rate(new Call { RawMs = null });
        Assert.Equal((RatingOutcome.NoDeck, RatingOutcome.NoDeck), (a.Outcome, b.Outcome));
        Assert.Equal((CallClass.International, default(ExchangeRate)), (a.Class, a.ExchangeRate));
    }

    [Fact]
    public void A_missing_code_comes_before_a_missing_answer()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call { Dnis = "442071234567", RawMs = null });
        Assert.Equal((RatingOutcome.NoCode, RatingOutcome.NoCode), (a.Outcome, b.Outcome));
        Assert.Equal((new RateDeckId(100), 0, -1, default(E164)), (a.Deck, a.DeckVersion, a.DeckRow, a.Code));
    }

    [Fact]
    public void A_blocked_code_comes_before_a_missing_answer_and_blocks_under_an_open_parent()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call { Dnis = "4915112345", RawMs = null });
        Assert.Equal((RatingOutcome.Blocked, RatingOutcome.Blocked), (a.Outcome, b.Outcome));
        Assert.Equal((E164.Parse("4915"), Rate.Parse("0.3")), (a.Code, a.Rate));
    }

    [Fact]
    public void An_answered_call_to_a_blocked_code_has_its_seconds_and_no_charge()
    {
        (RatedSide a, _) = BothSides.Rate(new Call { Dnis = "4915112345" });
        Assert.Equal((RatingOutcome.Blocked, 60, 0, Money.Zero), (a.Outcome, a.Seconds, a.BilledSeconds, a.Charge));
    }

    [Fact]
    public void Each_side_has_its_own_outcome()
    {
        (RatedSide a, RatedSide b) = new Carrier().Assign(10, CallClass.International, International).Rate(new Call());
        Assert.Equal((RatingOutcome.Rated, RatingOutcome.NoDeck), (a.Outcome, b.Outcome));
    }

    [Fact]
    public void A_call_refused_before_any_vendor_has_no_group_on_B()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call { B = "", RawMs = null });
        Assert.Equal((RatingOutcome.NotAnswered, RatingOutcome.NoTrunkGroup), (a.Outcome, b.Outcome));
    }

    [Fact]
    public void B_bills_its_own_duration_where_the_event_gives_one()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call { RawMs = 60_000, RawMsB = 61_000 });
        Assert.Equal((60, 61), (a.Seconds, b.Seconds));
    }

    [Fact]
    public void B_is_rated_where_only_B_answered()
    {
        (RatedSide a, RatedSide b) = BothSides.Rate(new Call { RawMs = null, RawMsB = 1000 });
        Assert.Equal((RatingOutcome.NotAnswered, RatingOutcome.Rated), (a.Outcome, b.Outcome));
    }

    [Fact]
    public void Every_attempt_of_a_call_over_three_vendors_is_rated_and_A_is_charged_once()
    {
        RatingSnapshot snapshot = BothSides.Compile();
        RatedCallBatch batch = new();
        new Call { Final = false, RawMs = null }.AddTo(batch.Events);
        new Call { Final = false, RawMs = null, B = "nobody" }.AddTo(batch.Events);
        new Call().AddTo(batch.Events);
        new Rater().Rate(snapshot, batch);
        Assert.Equal([RatingOutcome.Advanced, RatingOutcome.Advanced, RatingOutcome.Rated], batch.A.ToArray().Select(static side => side.Outcome));
        Assert.Equal([RatingOutcome.NotAnswered, RatingOutcome.NoTrunkGroup, RatingOutcome.Rated], batch.B.ToArray().Select(static side => side.Outcome));
    }
}
