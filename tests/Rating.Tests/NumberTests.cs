using Perimeter.Domain;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

public sealed class NumberTests
{
    private static string Read(string received, NumberWriting writing, string techPrefix = "")
    {
        NoTrace none = default;
        return NumberReading.Read(
            "dnis", System.Text.Encoding.ASCII.GetBytes(received), System.Text.Encoding.ASCII.GetBytes(techPrefix), writing, ref none).ToString();
    }

    [Theory]
    [InlineData("4930123456", "", "4930123456")]
    [InlineData("+4930123456", "", "4930123456")]
    [InlineData("99#4930123456", "99#", "4930123456")]
    [InlineData("99#+4930123456", "99#", "4930123456")]
    [InlineData("4930123456", "99#", "4930123456")]
    [InlineData("+1234567890", "1234", "1234567890")]
    [InlineData("12344930123456", "1234", "4930123456")]
    [InlineData("99#", "99#", "")]
    [InlineData("2015550100", "", "2015550100")]
    [InlineData("0112015550100", "", "")]
    [InlineData("123456789012345", "", "123456789012345")]
    [InlineData("1234567890123456", "", "")]
    public void In_E164_form_only_the_tech_prefix_and_a_plus_come_off(string received, string techPrefix, string expected) =>
        Assert.Equal(expected, Read(received, NumberWriting.E164, techPrefix));

    [Theory]
    [InlineData("2015550100", "12015550100")]
    [InlineData("12015550100", "12015550100")]
    [InlineData("+2015550100", "2015550100")]
    [InlineData("0114930123456", "4930123456")]
    [InlineData("0112012345678", "2012345678")]
    [InlineData("011", "")]
    [InlineData("01104930123456", "")]
    [InlineData("911", "911")]
    [InlineData("0123456789", "10123456789")]
    public void In_NANP_form_ten_digits_gain_a_1_and_011_falls(string received, string expected) =>
        Assert.Equal(expected, Read(received, NumberWriting.Of(NumberingForm.Nanp)));

    private static Carrier FormsDiffer => new Carrier()
        .With(
            Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer, NumberingForm.Nanp, "99#"),
            Carrier.Group(20, "vendor-out", 2, Direction.Termination, Relation.Vendor, NumberingForm.E164, "7"))
        .Assign(10, CallClass.UsCanada, UsDeck(Row("1201", "0.01"), Row("1310", "0.02")))
        .Assign(20, CallClass.UsCanada, UsDeck(Row("1201", "0.01"), Row("1310", "0.02")));

    [Fact]
    public void B_is_rated_on_what_it_was_sent_with_its_own_tech_prefix_off()
    {
        (RatedSide a, RatedSide b) = FormsDiffer.Rate(new Call { Dnis = "99#2015550100", DnisSent = "713105550100" });
        Assert.Equal((E164.Parse("1201"), E164.Parse("1310")), (a.Code, b.Code));
    }

    [Fact]
    public void Where_nothing_was_sent_B_is_rated_on_the_number_as_A_read_it()
    {
        (RatedSide a, RatedSide b) = FormsDiffer.Rate(new Call { Dnis = "99#2015550100" });
        Assert.Equal((E164.Parse("1201"), E164.Parse("1201")), (a.Code, b.Code));
    }

    [Fact]
    public void Where_A_is_unknown_the_dialled_number_is_read_as_E164()
    {
        (RatedSide a, RatedSide b) = FormsDiffer.Rate(new Call { A = "nobody", Dnis = "+12015550100" });
        Assert.Equal((RatingOutcome.NoTrunkGroup, E164.Parse("1201")), (a.Outcome, b.Code));
    }

    [Fact]
    public void An_origination_side_B_goes_by_the_dialled_number_and_not_by_what_was_sent() =>
        Assert.Equal(CallClass.TollFree, new Carrier().Rate(new Call { A = "did-in", B = "did-out", Dnis = "18005550100", DnisSent = "12015550100" }).B.Class);

    [Fact]
    public void B_compares_the_region_of_the_ANI_it_was_sent()
    {
        RateDeckConfig deck = UsDeck(Row("1201", null) with { Interstate = Rate.Parse("0.01"), Intrastate = Rate.Parse("0.02"), Indeterminate = Rate.Parse("0.03") });
        (RatedSide a, RatedSide b) = new Carrier().Assign(10, CallClass.UsCanada, deck).Assign(20, CallClass.UsCanada, deck)
            .Rate(new Call { Ani = "19735550100", AniSent = "12125550100", Dnis = "12015550100" });
        Assert.Equal((Jurisdiction.Intrastate, Jurisdiction.Interstate), (a.Jurisdiction, b.Jurisdiction));
        Assert.Equal((Rate.Parse("0.02"), Rate.Parse("0.01")), (a.Rate, b.Rate));
    }

    [Theory]
    [InlineData(TerritoryPolicy.Indeterminate, "17875550100", "12015550100", Jurisdiction.Indeterminate)]
    [InlineData(TerritoryPolicy.Interstate, "17875550100", "12015550100", Jurisdiction.Interstate)]
    [InlineData(TerritoryPolicy.Interstate, "12015550100", "17875550100", Jurisdiction.Interstate)]
    [InlineData(TerritoryPolicy.Interstate, "17875550100", "19395550100", Jurisdiction.Interstate)]
    [InlineData(TerritoryPolicy.Interstate, "17875550100", "17825550100", Jurisdiction.Indeterminate)]
    [InlineData(TerritoryPolicy.Interstate, "", "17875550100", Jurisdiction.Indeterminate)]
    [InlineData(TerritoryPolicy.Interstate, "12425550100", "12015550100", Jurisdiction.Indeterminate)]
    public void Territories_are_indeterminate_unless_the_deck_says_interstate(TerritoryPolicy policy, string ani, string dnis, Jurisdiction expected)
    {
        RateDeckConfig deck = UsDeck(Row("1201"), Row("1787"), Row("1939"), Row("1782"));
        OneDeckRater rater = Compile(deck with { Settings = deck.Settings with { Territories = policy } });
        Assert.Equal(expected, rater.Rate(dnis, ani: ani).Jurisdiction);
    }

    [Theory]
    [InlineData(MissingRatePolicy.Highest, "0.05", null, null, "0.05")]
    [InlineData(MissingRatePolicy.Interstate, "0.01", null, "0.05", "0.01")]
    [InlineData(MissingRatePolicy.Intrastate, "0.01", null, "0.05", "0.05")]
    [InlineData(MissingRatePolicy.Indeterminate, "0.01", "0.03", "0.05", "0.03")]
    public void A_rate_that_the_row_does_not_carry_takes_the_policys_and_then_the_highest(
        MissingRatePolicy policy, string interstate, string? indeterminate, string? local, string expected)
    {
        RateRow row = Row("1201", null) with
        {
            Interstate = Rate.Parse(interstate),
            Indeterminate = indeterminate is null ? null : Rate.Parse(indeterminate),
            Local = local is null ? null : Rate.Parse(local),
        };
        RateDeckConfig deck = UsDeck(row);
        OneDeckRater rater = Compile(deck with { Settings = deck.Settings with { MissingRate = policy } });
        Assert.Equal((Jurisdiction.Intrastate, Rate.Parse(expected)), (rater.Rate("12015550100", ani: "19735550100").Jurisdiction, rater.Rate("12015550100", ani: "19735550100").Rate));
    }

    [Fact]
    public void Of_negative_rates_the_highest_is_the_nearest_to_zero()
    {
        OneDeckRater rater = Compile(UsDeck(Row("1201", null) with { Interstate = Rate.Parse("-0.02"), Indeterminate = Rate.Parse("-0.01") }));
        Assert.Equal(Rate.Parse("-0.01"), rater.Rate("12015550100", ani: "19735550100").Rate);
    }
}
