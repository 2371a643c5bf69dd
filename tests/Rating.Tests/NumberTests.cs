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
        Assert.Equal(expected, Read(received, NumberWriting.Nanp));

    [Theory]
    [InlineData("02079460000", "442079460000")]
    [InlineData("00493012345", "493012345")]
    [InlineData("+2079460000", "2079460000")]
    [InlineData("442079460000", "442079460000")]
    [InlineData("112", "112")]
    [InlineData("0", "")]
    [InlineData("00", "")]
    [InlineData("0001", "")]
    [InlineData("012345678901234", "")]
    [InlineData("01234567890123", "441234567890123")]
    [InlineData("0x", "")]
    public void In_a_national_form_the_national_prefix_falls_for_the_country_code(string received, string expected) =>
        Assert.Equal(expected, Read(received, National("44", "0", "00")));

    [Theory]
    [InlineData("912345678", "34912345678")]
    [InlineData("0044207946", "44207946")]
    [InlineData("112", "112")]
    [InlineData("1122", "1122")]
    [InlineData("11234", "3411234")]
    [InlineData("34912345678", "3434912345678")]
    [InlineData("+34912345678", "34912345678")]
    [InlineData("12345678901234", "")]
    public void Without_a_national_prefix_all_but_short_numbers_gain_the_country_code(string received, string expected) =>
        Assert.Equal(expected, Read(received, National("34", "", "00")));

    [Theory]
    [InlineData("84951234567", "74951234567")]
    [InlineData("81044207946", "44207946")]
    [InlineData("74951234567", "74951234567")]
    public void An_international_prefix_that_begins_with_the_national_one_goes_before_it(string received, string expected) =>
        Assert.Equal(expected, Read(received, National("7", "8", "810")));

    [Fact]
    public void Each_side_reads_what_it_was_sent_in_its_own_form()
    {
        TrunkGroupConfig british = Carrier.Group(20, "vendor-out", 2, Direction.Termination, Relation.Vendor, NumberingForm.National, "7#")
            with { National = new NationalForm("44", "0", "00") };
        Carrier carrier = new Carrier().With(Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer), british)
            .Assign(10, CallClass.International, Deck(Row("4420", "0.01"))).Assign(20, CallClass.International, Deck(Row("4420", "0.01"), Row("4930", "0.02")));
        (RatedSide a, RatedSide b) = carrier.Rate(new Call { Dnis = "442079460000", DnisSent = "7#02079460000" });
        Assert.Equal((E164.Parse("4420"), E164.Parse("4420")), (a.Code, b.Code));
        Assert.Equal(E164.Parse("4930"), carrier.Rate(new Call { Dnis = "442079460000", DnisSent = "7#0049301234567" }).B.Code);
    }

    private static NumberWriting National(string countryCode, string nationalPrefix, string internationalPrefix) => NumberWriting.Of(
        Carrier.Group(1, "national", 1, Direction.Termination, Relation.Customer, NumberingForm.National)
            with { National = new NationalForm(countryCode, nationalPrefix, internationalPrefix) });

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
