using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

/// <summary>Instants of effective and of expiration: a millisecond before, at, a millisecond after.</summary>
public sealed class DateTests
{
    private static readonly long Instant = At("2026-03-01T07:30:00Z");

    private static string[] CodesAround(OneDeckRater rater, long instantMs) =>
        [.. ((long[])[-1, 0, 1]).Select(offset => rater.Rate("4915123", 60_000, instantMs + offset).Code.ToString())];

    [Fact]
    public void A_row_is_in_force_from_the_instant_of_effective_on() =>
        Assert.Equal(["49", "4915", "4915"], CodesAround(Compile(Deck(Row("49"), Row("4915") with { InForce = new Interval(Instant, Interval.EndlessMs) })), Instant));

    [Fact]
    public void A_row_is_no_longer_in_force_at_the_instant_of_expiration() =>
        Assert.Equal(["4915", "49", "49"], CodesAround(Compile(Deck(Row("49"), Row("4915") with { InForce = new Interval(Interval.BeginningMs, Instant) })), Instant));

    [Fact]
    public void An_expired_child_code_gives_way_to_its_parent_and_where_that_has_expired_too_to_no_code()
    {
        OneDeckRater rater = Compile(Deck(
            Row("4915") with { InForce = new Interval(Interval.BeginningMs, Instant) },
            Row("49") with { InForce = new Interval(Interval.BeginningMs, Instant + 1) }));
        Assert.Equal(["4915", "49", ""], CodesAround(rater, Instant));
    }

    [Fact]
    public void A_superseded_row_does_not_come_back_when_its_successor_expires()
    {
        OneDeckRater rater = Compile(Deck(
            Row("49", "0.1"),
            Row("49", "0.2") with { InForce = new Interval(Instant, Instant + 1) },
            Row("4", "0.3")));
        Assert.Equal(["0.1", "0.2", "0.3"], ((long[])[-1, 0, 1]).Select(offset => rater.Rate("4930", 60_000, Instant + offset).Rate.ToString()));
    }

    [Fact]
    public void A_row_that_is_never_in_force_still_ends_the_one_before_it()
    {
        OneDeckRater rater = Compile(Deck(Row("49", "0.1"), Row("49", "0.2") with { InForce = new Interval(Instant, Instant) }, Row("4", "0.3")));
        Assert.Equal(["0.1", "0.3", "0.3"], ((long[])[-1, 0, 1]).Select(offset => rater.Rate("4930", 60_000, Instant + offset).Rate.ToString()));
    }

    [Fact]
    public void Of_rows_with_the_same_date_the_later_upload_wins_and_in_one_upload_the_later_line()
    {
        Interval from = new(Instant, Interval.EndlessMs);
        OneDeckRater rater = Compile(Deck(
            Row("49", "0.1") with { InForce = from, Upload = 2, Line = 5 },
            Row("49", "0.2") with { InForce = from, Upload = 2, Line = 9 },
            Row("49", "0.3") with { InForce = from, Upload = 1, Line = 99 }));
        RatedSide side = rater.Rate("4930", 60_000, Instant);
        Assert.Equal((Rate.Parse("0.2"), 2, 1), (side.Rate, side.DeckVersion, side.DeckRow));
    }

    [Fact]
    public void A_blocked_child_stops_blocking_when_it_expires()
    {
        OneDeckRater rater = Compile(Deck(Row("49"), Row("4915") with { Blocked = true, InForce = new Interval(Interval.BeginningMs, Instant) }));
        Assert.Equal(
            [RatingOutcome.Blocked, RatingOutcome.Rated, RatingOutcome.Rated],
            ((long[])[-1, 0, 1]).Select(offset => rater.Rate("4915123", 60_000, Instant + offset).Outcome));
    }

    [Fact]
    public void The_price_is_that_of_the_setup_and_not_of_the_answer()
    {
        Carrier carrier = new Carrier().Assign(10, CallClass.International, Deck(
            Row("49", "0.1"), Row("49", "0.2") with { InForce = From("2026-01-15T12:00:00.001Z") }));
        Assert.Equal(Rate.Parse("0.1"), carrier.Rate(new Call()).A.Rate);
    }

    [Fact]
    public void An_assignment_and_a_deck_are_in_force_from_and_until_their_instants()
    {
        Interval assigned = Between("2026-01-10", "2026-01-20");
        RateDeckConfig deck = Deck(Row("49")) with { InForce = Between("2026-01-12", "2026-01-18") };
        RatingOutcome Outcome(RateDeckConfig of, Interval inForce, string setup) =>
            new Carrier().Assign(10, CallClass.International, of, inForce).Rate(new Call { Setup = setup }).A.Outcome;
        string[] around = ["2026-01-09T23:59:59.999Z", "2026-01-10", "2026-01-11T23:59:59.999Z", "2026-01-12", "2026-01-17T23:59:59.999Z", "2026-01-18", "2026-01-19T23:59:59.999Z", "2026-01-20"];
        Assert.Equal("-++++++-", string.Concat(around.Select(setup => Outcome(Deck(Row("49")), assigned, setup) == RatingOutcome.Rated ? '+' : '-')));
        Assert.Equal("---++---", string.Concat(around.Select(setup => Outcome(deck, assigned, setup) == RatingOutcome.Rated ? '+' : '-')));
    }

    [Fact]
    public void Assignments_may_follow_one_another()
    {
        Carrier carrier = new Carrier()
            .Assign(10, CallClass.International, Deck(Row("49", "0.1")), Between("2026-01-01", "2026-01-15T12:00:00Z"))
            .Assign(10, CallClass.International, Deck(Row("49", "0.2")), From("2026-01-15T12:00:00Z"));
        Assert.Equal(Rate.Parse("0.1"), carrier.Rate(new Call { Setup = "2026-01-15T11:59:59.999Z" }).A.Rate);
        Assert.Equal(Rate.Parse("0.2"), carrier.Rate(new Call { Setup = "2026-01-15T12:00:00Z" }).A.Rate);
    }
}
