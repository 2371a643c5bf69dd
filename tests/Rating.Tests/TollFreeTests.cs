using Perimeter.Domain;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

/// <summary>Toll-free decks on trunk groups; what one deck makes of a call is in the golden files.</summary>
public sealed class TollFreeTests
{
    private static RateDeckConfig ByAni => Deck(
        new RateDeckSettings { Type = DeckType.TollFree, PayphoneSurcharge = Money.Parse("0.5") },
        Row("1201", null) with { Interstate = Rate.Parse("0.01"), Intrastate = Rate.Parse("0.02"), Indeterminate = Rate.Parse("0.03") });

    private static Carrier Origination => new Carrier()
        .With(Carrier.Group(40, "did-out", 1, Direction.Origination, Relation.Customer, NumberingForm.Nanp, "7#"))
        .Assign(30, CallClass.TollFree, ByAni)
        .Assign(40, CallClass.TollFree, Deck(new RateDeckSettings { Type = DeckType.TollFree }, Row("1800", "0.05")));

    private static Call TollFree => new() { A = "did-in", B = "did-out", Ani = "12013330100", Dnis = "18005550100" };

    [Theory]
    [InlineData("7#2125550100", Jurisdiction.Interstate, "0.01")]
    [InlineData("19735550100", Jurisdiction.Intrastate, "0.02")]
    [InlineData("7#18005550100", Jurisdiction.Indeterminate, "0.03")]
    [InlineData("", Jurisdiction.Indeterminate, "0.03")]
    public void A_goes_by_its_ANI_and_by_where_B_was_sent_the_call_while_B_is_flat(string sent, Jurisdiction jurisdiction, string rate)
    {
        (RatedSide a, RatedSide b) = Origination.Rate(TollFree with { DnisSent = sent });
        Assert.Equal((RatingOutcome.Rated, CallClass.TollFree, jurisdiction, Rate.Parse(rate)), (a.Outcome, a.Class, a.Jurisdiction, a.Rate));
        Assert.Equal((RatingOutcome.Rated, CallClass.TollFree, Jurisdiction.None, Rate.Parse("0.05")), (b.Outcome, b.Class, b.Jurisdiction, b.Rate));
    }

    [Fact]
    public void The_surcharge_is_of_decks_that_have_one_and_of_payphones()
    {
        (RatedSide a, RatedSide b) = Origination.Rate(TollFree with { Oli = "27" });
        Assert.Equal((Money.Parse("0.53"), Money.Parse("0.05")), (a.Charge, b.Charge));
        Assert.Equal(Money.Parse("0.03"), Origination.Rate(TollFree with { Oli = "61" }).A.Charge);
    }

    [Fact]
    public void A_call_that_is_sent_on_for_termination_has_its_own_toll_free_deck()
    {
        Carrier carrier = new Carrier().Assign(10, CallClass.TollFree, ByAni).Assign(20, CallClass.TollFree, ByAni);
        (RatedSide a, RatedSide b) = carrier.Rate(TollFree with { A = "acme-in", B = "vendor-out", DnisSent = "18005550100" });
        Assert.Equal((CallClass.TollFree, Jurisdiction.Indeterminate), (a.Class, a.Jurisdiction));
        Assert.Equal((CallClass.TollFree, Jurisdiction.Indeterminate), (b.Class, b.Jurisdiction));
    }

    [Fact]
    public void Without_a_usable_ANI_there_is_no_code_and_the_explanation_says_why()
    {
        CallEventBatch events = new();
        (TollFree with { Ani = "" }).AddTo(events);
        CallExplanation explained = new Rater().Explain(Origination.Compile(), events, 0);
        Assert.Equal(RatingOutcome.NoCode, explained.A.Result.Outcome);
        Assert.Contains("the ANI, which is missing or no number of the NANP: a toll-free deck has no code for it", ExplanationText.Render(explained), StringComparison.Ordinal);
    }

    [Fact]
    public void The_formula_names_the_surcharge()
    {
        CallEventBatch events = new();
        (TollFree with { Oli = "70" }).AddTo(events);
        Assert.Contains("0 + 0.5 (payphone surcharge) + (", ExplanationText.Render(new Rater().Explain(Origination.Compile(), events, 0)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CallClass.UsCanada)]
    [InlineData(CallClass.International)]
    [InlineData(CallClass.Did)]
    public void It_rates_no_other_class(CallClass callClass) =>
        Assert.Equal(
            [$"assignment 1: deck 100 is of type TollFree, which does not rate calls of class {callClass}"],
            new Carrier().Assign(10, callClass, ByAni).Errors());
}
