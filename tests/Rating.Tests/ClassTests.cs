using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

public sealed class ClassTests
{
    private static CallClass ClassOf(Carrier carrier, string dnis, string a = "acme-in") => carrier.Rate(new Call { Dnis = dnis, A = a }).A.Class;

    [Theory]
    [InlineData("911", CallClass.Emergency)]
    [InlineData("112", CallClass.Emergency)]
    [InlineData("933", CallClass.Emergency)]
    [InlineData("18005550100", CallClass.TollFree)]
    [InlineData("18885550100", CallClass.TollFree)]
    [InlineData("12015550100", CallClass.UsCanada)]
    [InlineData("14165550100", CallClass.UsCanada)]
    [InlineData("15005550100", CallClass.UsCanada)]
    [InlineData("1201", CallClass.UsCanada)]
    [InlineData("1", CallClass.UsCanada)]
    [InlineData("12425550100", CallClass.International)]
    [InlineData("17875550100", CallClass.International)]
    [InlineData("4930123456", CallClass.International)]
    [InlineData("9119", CallClass.International)]
    public void A_termination_side_goes_by_geography(string dnis, CallClass expected) => Assert.Equal(expected, ClassOf(new Carrier(), dnis));

    [Theory]
    [InlineData("18005550100", CallClass.TollFree)]
    [InlineData("12015550100", CallClass.Did)]
    [InlineData("4930123456", CallClass.Did)]
    [InlineData("911", CallClass.Did)]
    public void An_origination_side_goes_by_the_numbering_and_without_it_by_the_npa(string dnis, CallClass expected) =>
        Assert.Equal(expected, ClassOf(new Carrier(), dnis, "did-in"));

    [Fact]
    public void An_origination_side_has_no_deck_while_none_can_be_assigned() =>
        Assert.Equal(RatingOutcome.NoDeck, new Carrier().Rate(new Call { A = "did-in" }).A.Outcome);

    [Theory]
    [InlineData("12425550100", "1242", CallClass.UsCanada)]
    [InlineData("17875550100", "1787", CallClass.UsCanada)]
    [InlineData("12425550100", "1242444", CallClass.International)]
    [InlineData("17875550100", "1201", CallClass.International)]
    public void An_npa_of_another_country_or_territory_is_UsCanada_only_where_the_deck_has_a_code_for_it(string dnis, string code, CallClass expected) =>
        Assert.Equal(expected, ClassOf(new Carrier().Assign(10, CallClass.UsCanada, UsDeck(Row(code))), dnis));

    [Fact]
    public void A_code_of_the_deck_counts_only_while_deck_assignment_and_row_are_in_force()
    {
        RateRow later = Row("1242") with { InForce = From("2026-02-01") };
        Assert.Equal(CallClass.International, ClassOf(new Carrier().Assign(10, CallClass.UsCanada, UsDeck(later)), "12425550100"));
        Assert.Equal(CallClass.International, ClassOf(new Carrier().Assign(10, CallClass.UsCanada, UsDeck(Row("1242")) with { InForce = From("2026-02-01") }), "12425550100"));
        Assert.Equal(CallClass.International, ClassOf(new Carrier().Assign(10, CallClass.UsCanada, UsDeck(Row("1242")), From("2026-02-01")), "12425550100"));
    }

    [Fact]
    public void The_class_is_found_for_each_side_by_its_own_decks()
    {
        (RatedSide a, RatedSide b) = new Carrier()
            .Assign(10, CallClass.UsCanada, UsDeck(Row("1242")))
            .Assign(20, CallClass.International, Deck(Row("1242")))
            .Rate(new Call { Dnis = "12425550100" });
        Assert.Equal((CallClass.UsCanada, CallClass.International), (a.Class, b.Class));
        Assert.Equal((RatingOutcome.Rated, RatingOutcome.Rated), (a.Outcome, b.Outcome));
    }

    [Fact]
    public void An_emergency_call_is_rated_by_the_International_Dialed_deck_of_that_class()
    {
        (RatedSide a, _) = new Carrier().Assign(10, CallClass.Emergency, Deck(Row("911", "1.5"))).Rate(new Call { Dnis = "911" });
        Assert.Equal((RatingOutcome.Rated, CallClass.Emergency, Money.Parse("1.5")), (a.Outcome, a.Class, a.Charge));
    }

    [Fact]
    public void The_emergency_list_is_dated()
    {
        Carrier carrier = new();
        carrier.Config = carrier.Config with { EmergencyNumbers = [new EmergencyNumberConfig("999", Between("2026-01-10", "2026-01-20"))] };
        Assert.Equal(CallClass.Emergency, ClassOf(carrier, "999"));
        Assert.Equal(CallClass.International, ClassOf(carrier, "911"));
        Assert.Equal(CallClass.International, carrier.Rate(new Call { Dnis = "999", Setup = "2026-01-20" }).A.Class);
        Assert.Equal(CallClass.Emergency, carrier.Rate(new Call { Dnis = "999", Setup = "2026-01-10" }).A.Class);
    }

    [Fact]
    public void A_US_call_is_looked_up_by_LRN_unless_the_deck_rates_on_DNIS()
    {
        RateDeckConfig onLrn = UsDeck(Row("1201", "0.01"), Row("1310", "0.02"));
        RateDeckConfig onDnis = onLrn with { Settings = onLrn.Settings with { RateOn = RateOn.Dnis } };
        (RatedSide a, RatedSide b) = new Carrier().Assign(10, CallClass.UsCanada, onLrn).Assign(20, CallClass.UsCanada, onDnis)
            .Rate(new Call { Dnis = "13105550100", Lrn = "2015550100" });
        Assert.Equal((E164.Parse("1201"), E164.Parse("1310")), (a.Code, b.Code));
    }
}
