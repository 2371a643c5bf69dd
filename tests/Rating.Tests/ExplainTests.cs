using System.Text.Json;
using Perimeter.Domain;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

public sealed class ExplainTests
{
    private static CallExplanation Explain(Carrier carrier, Call call)
    {
        CallEventBatch events = new();
        call.AddTo(events);
        return new Rater().Explain(carrier.Compile(), events, 0);
    }

    private static Carrier Worked => new Carrier()
        .With(Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer, techPrefix: "99#"))
        .Assign(10, CallClass.International, Deck(
            Row("49", "0.006") with { Destination = new DestinationId(1), Increment = new BillingIncrement(30, 6) },
            Row("4915", "0.3") with { InForce = From("2026-02-01") },
            Row("491", "0.1") with { InForce = Between("2025-01-01", "2026-01-01") },
            Row("491", "0.1") with { InForce = Between("2024-01-01", "2026-06-01") }))
        .Assign(20, CallClass.UsCanada, UsDeck(Row("1201", null) with { Interstate = Rate.Parse("0.01"), Indeterminate = Rate.Parse("0.03") }));

    [Fact]
    public void An_explanation_for_people_tells_everything_in_the_order_in_which_it_was_decided()
    {
        string text = ExplanationText.Render(Explain(Worked, new Call { Dnis = "99#+491512345", RawMs = 75_000 }));
        string[] expected =
        [
            "Call call-1 of switch sw1, attempt 1, final",
            "  set up 2026-01-15T12:00:00.000Z, rated by configuration 7",
            "Side A, Termination-Customer",
            "  Rated: charged 0.0078 USD",
            "  trunk group: 10 'acme-in' of Acme, by its name 'acme-in'",
            "  dnis '99#+491512345': the tech prefix 99# comes off; the + is dropped -> 491512345",
            "  ani '12015550100': as received -> 12015550100",
            "  class International: country code other than 1",
            "  deck: 100 'test' (InternationalDialed, USD, upload 1), assignment 1 of class International, in force from the beginning of time until the end of time",
            "  looked up: 491512345, the dialled number",
            "    - 4915 (line 3, upload 1): not in force before 2026-02-01T00:00:00.000Z",
            "    - 491 (line 4, upload 1): expired at 2026-01-01T00:00:00.000Z",
            "    - 491 (line 5, upload 1): ended where line 4 of upload 1 begins, 2025-01-01T00:00:00.000Z",
            "    * 49 Germany (line 2, upload 1): in force from the beginning of time until the end of time",
            "  duration: 75000 ms rounded up to whole seconds: 75 s; billed at 30/6: 78 s",
            "  charge: 0 + (30 s * 0.006 + 48 s * 0.006) / 60 = 0.0078",
            "    rounded once, to 6 digits, half up (away from zero): 0.0078 USD",
            "Side B, Termination-Vendor",
            "  NoDeck: not rated: no deck is assigned to the group for class International",
            "  trunk group: 20 'vendor-out' of Vendor One, by its name 'vendor-out'",
            "  dnis '': as side A read it -> 491512345",
            "  ani '': as side A read it -> 12015550100",
            "  class International: country code other than 1",
            "  duration: 75000 ms rounded up to whole seconds: 75 s",
        ];
        Assert.Equal(string.Join('\n', expected) + "\n", text);
    }

    [Fact]
    public void A_jurisdiction_is_explained_with_both_regions_and_the_choice_of_rate()
    {
        SideExplanation b = Explain(Worked, new Call { Dnis = "12015550100", Ani = "19735550100", Lrn = "2015559999", RawMs = 1000 }).B;
        Assert.Equal(
            new JurisdictionExplanation(Jurisdiction.Intrastate, "NJ", "NJ", "both numbers are of one region", "the row has no Intrastate rate: the highest of its rates"),
            b.Jurisdiction);
        Assert.Equal("the LRN: the event carries a valid one and the deck rates on it", b.Lookup!.Which);
        Assert.Equal(("0.0005", Money.Parse("0.0005")), (b.Charge!.Exact, b.Charge.Charge));
    }

    [Fact]
    public void The_exact_amount_is_written_over_three_where_it_has_no_end()
    {
        OneDeckRater rater = Compile(Deck(Row("49", "0.1")));
        SideExplanation side = rater.Explain(new OneDeckCall { Dnis = "4930"u8, Answered = true, RawMs = 1000 }, static _ => "");
        Assert.Equal(("0.005 / 3", "0.001667"), (side.Charge!.Exact, side.Charge.Charge.ToString()));
    }

    [Theory]
    [InlineData("nobody", "4930", "no group in force at setup has the name or id 'nobody'")]
    [InlineData("vendor-out", "4930", "'vendor-out' is the name or id of a group of the other side of a call only")]
    public void A_group_that_is_not_found_is_explained(string a, string dnis, string step) =>
        Assert.Equal([step], Explain(new Carrier(), new Call { A = a, Dnis = dnis }).A.TrunkGroup!.Steps);

    [Fact]
    public void An_explanation_for_programs_holds_the_same_as_exact_strings()
    {
        using JsonDocument json = JsonDocument.Parse(ExplanationJson.Render(Explain(Worked, new Call { Dnis = "99#491512345", RawMs = 75_000 })));
        JsonElement root = json.RootElement;
        JsonElement a = root.GetProperty("a");
        Assert.Equal(("call-1", 7, "2026-01-15T12:00:00.000Z"), (root.GetProperty("call_id").GetString(), root.GetProperty("revision").GetInt32(), root.GetProperty("setup_time").GetString()));
        Assert.Equal(("Rated", "International", "0.006"), (a.GetProperty("outcome").GetString(), a.GetProperty("class").GetProperty("name").GetString(), a.GetProperty("rate").GetString()));
        Assert.Equal(("0.0078", "0.0078", "USD"), (a.GetProperty("charge").GetProperty("exact").GetString(), a.GetProperty("charge").GetProperty("charge").GetString(), a.GetProperty("charge").GetProperty("currency").GetString()));
        Assert.Equal(["4915", "491", "491", "49"], a.GetProperty("lookup").GetProperty("codes").EnumerateArray().Select(static code => code.GetProperty("code").GetString()));
        Assert.Equal(78, a.GetProperty("duration").GetProperty("billed_seconds").GetInt64());
        Assert.Equal("NoDeck", root.GetProperty("b").GetProperty("outcome").GetString());
        Assert.False(root.GetProperty("b").TryGetProperty("charge", out _));
    }

    [Fact]
    public void A_number_in_a_national_form_is_read_step_by_step()
    {
        TrunkGroupConfig british = Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer, NumberingForm.National)
            with { National = new NationalForm("44", "0", "00") };
        string text = ExplanationText.Render(Explain(new Carrier().With(british), new Call { Dnis = "02079460000", Ani = "0012125550100" }));
        Assert.Contains("the national prefix 0 falls; the country code 44 is put in front", text, StringComparison.Ordinal);
        Assert.Contains("the international prefix 00 falls", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_deck_by_origin_each_row_says_why_it_was_or_was_not_the_one()
    {
        RateRow[] rows =
        [
            Row("44", "0.1"),
            Row("44", "0.02") with { Origin = RateOrigin.Of(E164.Parse("1")) },
            Row("44", "0.2") with { Origin = RateOrigin.Unknown },
            Row("4420", "0.3") with { Origin = RateOrigin.Of(E164.Parse("33")) },
        ];
        Carrier carrier = new Carrier().Assign(10, CallClass.International, Deck(new RateDeckSettings { Type = DeckType.OriginBased }, rows));
        IReadOnlyList<CodeExplanation> tried = Explain(carrier, new Call { Ani = "12015550100", Dnis = "442079460000" }).A.Lookup!.Codes;
        Assert.Equal(
            [
                ("4420", false, "for origin 33: the ANI 12015550100 is not of it"),
                ("44", true, "for origin 1: in force from the beginning of time until the end of time"),
                ("44", false, "for origin any: origin 1 is longer"),
                ("44", false, "for origin unknown: the ANI 12015550100 is not of it"),
            ],
            tried.Select(code => (code.Code, code.Applied, code.Why)));
    }
}
