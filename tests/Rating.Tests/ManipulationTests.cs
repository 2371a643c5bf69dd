using Perimeter.Domain;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

public sealed class ManipulationTests
{
    private static ManipulationConfig Dnis(int id, string search, string replace, int place = 1) =>
        new(id, new TrunkGroupId(10), NumberHeader.Dnis, place, search, replace, Interval.Always);

    private static Carrier With(params ManipulationConfig[] manipulations)
    {
        Carrier carrier = new Carrier().Assign(10, CallClass.International, Deck(Row("44"), Row("4420"), Row("49"))).Assign(20, CallClass.International, Deck(Row("44"), Row("49")));
        carrier.Config = carrier.Config with { Manipulations = manipulations };
        return carrier;
    }

    private static string CodeOf(string dnis, params ManipulationConfig[] manipulations) => With(manipulations).Rate(new Call { Dnis = dnis }).A.Code.ToString();

    [Theory]
    [InlineData("0207946", "^0", "44", "4420")]
    [InlineData("9-020-7946", "[^0-9]", "", "")]
    [InlineData("44(20)7946", "[()]", "", "4420")]
    [InlineData("x4420y", "^x([0-9]+)y$", "$1", "4420")]
    [InlineData("sip:442079460000@192.0.2.1", "^sip:([0-9]+)@.*$", "$1", "4420")]
    [InlineData("442079460000", "^33", "49", "4420")]
    public void Every_match_becomes_what_is_to_stand_in_its_place(string dnis, string search, string replace, string expected) =>
        Assert.Equal(expected, CodeOf(dnis, Dnis(1, search, replace)));

    [Fact]
    public void They_apply_one_after_another_by_place_and_then_by_id()
    {
        Assert.Equal("49", CodeOf("1", Dnis(3, "^2$", "44"), Dnis(1, "^44$", "49", place: 2), Dnis(2, "^1$", "2")));
        Assert.Equal("44", CodeOf("1", Dnis(1, "^1$", "44"), Dnis(2, "^1$", "49")));
        Assert.Equal("49", CodeOf("1", Dnis(1, "^1$", "44", place: 2), Dnis(2, "^1$", "49")));
    }

    [Fact]
    public void The_tech_prefix_is_off_before_and_the_form_is_looked_at_after()
    {
        TrunkGroupConfig british = Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer, NumberingForm.National, "99#")
            with { National = new NationalForm("44", "0", "00") };
        Assert.Equal("4420", With(Dnis(1, "^7([0-9]+)$", "0$1")).With(british).Rate(new Call { Dnis = "99#7207946" }).A.Code.ToString());
    }

    [Fact]
    public void It_holds_while_it_is_in_force_at_setup()
    {
        ManipulationConfig until = Dnis(1, "^0", "44") with { InForce = Between("2026-01-01T00:00:00Z", Carrier.Setup) };
        Assert.Equal(RatingOutcome.InvalidNumber, With(until).Rate(new Call { Dnis = "0207946" }).A.Outcome);
        Assert.Equal("4420", CodeOf("0207946", until with { InForce = From(Carrier.Setup) }));
    }

    [Fact]
    public void The_ANI_has_its_own_and_side_B_takes_both_numbers_as_A_read_them()
    {
        RateDeckConfig deck = UsDeck(Row("1201", null) with { Interstate = Rate.Parse("0.01"), Intrastate = Rate.Parse("0.02"), Indeterminate = Rate.Parse("0.03") });
        Carrier carrier = new Carrier().Assign(10, CallClass.UsCanada, deck).Assign(20, CallClass.UsCanada, deck);
        carrier.Config = carrier.Config with
        {
            Manipulations = [new ManipulationConfig(1, new TrunkGroupId(10), NumberHeader.Ani, 1, "^8", "1", Interval.Always), Dnis(2, "^9", "1")],
        };
        (RatedSide a, RatedSide b) = carrier.Rate(new Call { Ani = "89735550100", Dnis = "92015550100" });
        Assert.Equal((Jurisdiction.Intrastate, Jurisdiction.Intrastate), (a.Jurisdiction, b.Jurisdiction));
        Assert.Equal(Jurisdiction.Interstate, carrier.Rate(new Call { Ani = "12125550100", Dnis = "92015550100" }).A.Jurisdiction);
    }

    [Theory]
    [InlineData(128, "4420")]
    [InlineData(129, "")]
    public void A_number_longer_than_the_limit_is_no_number(int length, string expected) =>
        Assert.Equal(expected, CodeOf("4420".PadRight(length, 'x'), Dnis(1, "x", "")));

    [Fact]
    public void What_becomes_longer_than_the_limit_is_no_number() =>
        Assert.Equal(RatingOutcome.InvalidNumber, With(Dnis(1, "0", new string('1', 100)), Dnis(2, "^.*$", "44", place: 2)).Rate(new Call { Dnis = "4400" }).A.Outcome);

    [Fact]
    public void Explaining_shows_each_that_matched()
    {
        CallEventBatch events = new();
        new Call { Dnis = "0207946" }.AddTo(events);
        string text = ExplanationText.Render(new Rater().Explain(With(Dnis(7, "^0", "44"), Dnis(8, "^5", "6")).Compile(), events, 0));
        Assert.Contains("dnis '0207946': manipulation 7 ('^0' becomes '44') gives '44207946' -> 44207946", text, StringComparison.Ordinal);
        Assert.DoesNotContain("manipulation 8", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_used_is_refused_with_its_reason()
    {
        IReadOnlyList<string> errors = With(
            Dnis(1, "(", ""),
            Dnis(2, "(?=4)4", ""),
            Dnis(3, @"(4)\1", ""),
            Dnis(4, "", ""),
            Dnis(5, "4", "") with { TrunkGroup = new TrunkGroupId(20) },
            Dnis(6, "4", "") with { TrunkGroup = new TrunkGroupId(99) },
            Dnis(7, "4", "") with { Header = NumberHeader.None }).Errors();
        Assert.Equal(7, errors.Count);
        Assert.StartsWith("manipulation 1: '(' is no regular expression: ", errors[0], StringComparison.Ordinal);
        Assert.Equal(
            [
                "manipulation 2: '(?=4)4' has a look-around, a back-reference or another construct whose time grows faster than the number; write it without",
                @"manipulation 3: '(4)\1' has a look-around, a back-reference or another construct whose time grows faster than the number; write it without",
                "manipulation 4: what it searches must have 1 to 200 characters, and what comes in its place at most as many",
                "manipulation 5: calls go out on trunk group 20, and what was sent there is rated as it was sent: manipulations are of groups that calls come in on",
                "manipulation 6: there is no trunk group 99",
                "manipulation 7: its header must be Dnis or Ani",
            ],
            errors.Skip(1));
    }
}
