using System.Text.Json;
using Perimeter.Domain;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

/// <summary>Numbers of our own on trunk groups; what decks make of them is in the golden files.</summary>
public sealed class NumberingTests
{
    private static RateDeckConfig Tiers => Deck(new RateDeckSettings { Type = DeckType.Did }, Row("1", "0.01"), Row("2", "0.02"), Row("3", "0.03"));

    private static Carrier Origination => Listed(new Carrier().Assign(30, CallClass.Did, Tiers).Assign(40, CallClass.Did, Tiers));

    private static Carrier Listed(Carrier carrier)
    {
        carrier.Config = carrier.Config with
        {
            Numbers =
            [
                Number(1, "12015550100", NumberType.Did, 3, 1, Between("2025-01-01", "2026-01-01")),
                Number(2, "12015550100", NumberType.Did, 2, 1, From("2026-01-01")) with { Tag = "Head office" },
                Number(3, "12015550800", NumberType.TollFree, 0, 0, Interval.Always),
                Number(4, "911", NumberType.Did, 1, 1, Interval.Always),
            ],
        };
        return carrier;
    }

    private static NumberConfig Number(int id, string number, NumberType type, byte customerTier, byte vendorTier, Interval inForce) =>
        new(id, E164.Parse(number), type, customerTier, vendorTier, "", inForce);

    private static Call Did => new() { A = "did-in", B = "did-out", Ani = "19735550100", Dnis = "12015550100" };

    [Fact]
    public void The_vendor_is_paid_by_the_vendor_tier_and_the_customer_charged_by_the_customer_tier()
    {
        (RatedSide a, RatedSide b) = Origination.Rate(Did);
        Assert.Equal((CallClass.Did, E164.Parse("1"), Money.Parse("0.01")), (a.Class, a.Code, a.Charge));
        Assert.Equal((CallClass.Did, E164.Parse("2"), Money.Parse("0.02")), (b.Class, b.Code, b.Charge));
        Assert.Equal(E164.Parse("3"), Origination.Rate(Did with { Setup = "2025-12-31T23:59:59.999Z" }).B.Code);
    }

    [Fact]
    public void The_number_is_looked_up_as_the_group_reads_it_and_what_is_sent_to_B_is_not()
    {
        Carrier nanp = Origination.With(Carrier.Group(30, "did-in", 2, Direction.Origination, Relation.Vendor, NumberingForm.Nanp, "7#"));
        (RatedSide a, RatedSide b) = nanp.Rate(Did with { Dnis = "7#2015550100", DnisSent = "12125550199" });
        Assert.Equal((E164.Parse("1"), E164.Parse("2")), (a.Code, b.Code));
    }

    [Fact]
    public void An_on_net_call_is_of_the_United_States_on_the_side_of_the_caller_and_a_DID_on_that_of_the_called()
    {
        Carrier carrier = Listed(new Carrier().Assign(10, CallClass.UsCanada, UsDeck(Row("1201", "0.05"))).Assign(40, CallClass.Did, Tiers));
        (RatedSide a, RatedSide b) = carrier.Rate(Did with { A = "acme-in" });
        Assert.Equal((CallClass.UsCanada, Money.Parse("0.05")), (a.Class, a.Charge));
        Assert.Equal((CallClass.Did, Money.Parse("0.02")), (b.Class, b.Charge));
    }

    [Fact]
    public void A_call_in_transit_is_a_DID_where_it_comes_in_and_goes_by_geography_where_it_is_sent()
    {
        Carrier carrier = Listed(new Carrier().Assign(30, CallClass.Did, Tiers).Assign(20, CallClass.UsCanada, UsDeck(Row("1212", "0.05"))));
        (RatedSide a, RatedSide b) = carrier.Rate(Did with { B = "vendor-out", DnisSent = "12125550199" });
        Assert.Equal((CallClass.Did, Money.Parse("0.01")), (a.Class, a.Charge));
        Assert.Equal((CallClass.UsCanada, Money.Parse("0.05")), (b.Class, b.Charge));
    }

    [Fact]
    public void Termination_sides_do_not_look_at_the_numbering()
    {
        Carrier carrier = Listed(new Carrier());
        Assert.Equal(CallClass.Emergency, carrier.Rate(new Call { Dnis = "911" }).A.Class);
        Assert.Equal(CallClass.UsCanada, carrier.Rate(new Call { Dnis = "12015550800" }).A.Class);
        Assert.Equal(CallClass.Did, carrier.Rate(Did with { Dnis = "911" }).A.Class);
    }

    [Fact]
    public void A_number_that_is_listed_as_toll_free_is_rated_as_toll_free_with_its_payphones_and_where_it_was_delivered()
    {
        RateDeckConfig byAni = Deck(
            new RateDeckSettings { Type = DeckType.TollFree, PayphoneSurcharge = Money.Parse("0.5") },
            Row("1973", null) with { Interstate = Rate.Parse("0.01"), Intrastate = Rate.Parse("0.02"), Indeterminate = Rate.Parse("0.03") });
        Carrier carrier = Listed(new Carrier().Assign(30, CallClass.TollFree, byAni));
        Call call = Did with { Dnis = "12015550800", DnisSent = "12125550100" };
        Assert.Equal((CallClass.TollFree, Jurisdiction.Interstate, Money.Parse("0.01")), Of(carrier.Rate(call).A));
        Assert.Equal((CallClass.TollFree, Jurisdiction.Interstate, Money.Parse("0.51")), Of(carrier.Rate(call with { Oli = "27" }).A));
        static (CallClass, Jurisdiction, Money) Of(RatedSide side) => (side.Class, side.Jurisdiction, side.Charge);
    }

    [Fact]
    public void DID_decks_of_both_locations_may_stand_side_by_side()
    {
        RateDeckConfig abroad = Deck(new RateDeckSettings { Type = DeckType.Did, Location = DeckLocation.International }, Row("1", "0.5"), Row("2", "0.6"));
        Carrier carrier = Listed(new Carrier().Assign(30, CallClass.Did, abroad).Assign(40, CallClass.Did, Tiers).Assign(20, CallClass.International, Deck(Row("3"))));
        (RatedSide a, RatedSide b) = carrier.Rate(Did);
        Assert.Equal((E164.Parse("1"), Money.Parse("0.5")), (a.Code, a.Charge));
        Assert.Equal((E164.Parse("2"), Money.Parse("0.02")), (b.Code, b.Charge));
    }

    [Fact]
    public void The_next_snapshot_shares_numbers_that_stay()
    {
        RatingSnapshot first = Origination.Compile();
        RatingSnapshot second = RatingSnapshot.Compile(first.Config with { Revision = new ConfigRevision(8) }, first).Snapshot!;
        Assert.Same(first.Numbering, second.Numbering);
        Assert.Same(first.Decks.Tiers, second.Decks.Tiers);
        RatingSnapshot third = RatingSnapshot.Compile(first.Config with { Numbers = [] }, second).Snapshot!;
        Assert.NotSame(first.Numbering, third.Numbering);
    }

    [Fact]
    public void A_hundred_thousand_numbers_in_a_row_take_at_most_48_bytes_each_and_are_found()
    {
        NumberConfig[] numbers = [.. Enumerable.Range(0, 100_000).Select(static i => Number(i + 1, $"1201{2_000_000 + i}", NumberType.Did, (byte)(i % 8), 1, Interval.Always))];
        Numbering numbering = Numbering.Compile(numbers, []);
        Assert.InRange(numbering.Bytes, 40 * 100_000L, 48 * 100_000L);
        Assert.All(numbers, number => Assert.Equal(number.CustomerTier, numbering.Find(number.Number, 0).CustomerTier));
        Assert.False(numbering.Find(E164.Parse("12012100000"), 0).IsListed);
    }

    [Fact]
    public void Ten_thousand_calls_to_numbers_of_our_own_allocate_nothing()
    {
        RatingSnapshot snapshot = Origination.Compile();
        RatedCallBatch batch = new();
        for (int i = 0; i < 10_000; i++)
        {
            (i % 3 == 0 ? Did : i % 3 == 1 ? Did with { Dnis = "12015550199" } : Did with { Setup = "2025-06-01" }).AddTo(batch.Events);
        }

        Rater rater = new();
        rater.Rate(snapshot, batch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        rater.Rate(snapshot, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_is_wrong_with_numbers_and_tiers_is_told()
    {
        Carrier carrier = new Carrier().Assign(30, CallClass.Did, Deck(
            new RateDeckSettings { Type = DeckType.Did }, Row("8"), Row("11"), Row("1") with { NumberCharges = new NumberCharges(Money.Parse("-1"), Money.Zero) }));
        carrier.Config = carrier.Config with
        {
            Numbers =
            [
                Number(5, "012", NumberType.Did, 1, 1, Interval.Always),
                Number(6, "12", NumberType.None, 1, 1, Interval.Always),
                Number(7, "12", NumberType.Did, 8, 1, Interval.Always),
                Number(8, "13", NumberType.Did, 1, 1, From("2026-01-01")),
                Number(9, "13", NumberType.Did, 1, 1, Between("2025-01-01", "2026-01-02")),
            ],
        };
        Assert.Equal(
            [
                "deck 100, line 2: the tier '8' is not 1 to 7",
                "deck 100, line 3: the tier '11' is not 1 to 7",
                "deck 100, line 4: its charges per number are -1 monthly and 0 once; they must be 0 to 50000",
                "numbering 5: '012' is not 1 to 15 digits that begin with 1 to 9, and so no valid number is equal to it",
                "numbering 6: its type must be Did or TollFree",
                "numbering 7: its tiers are 8 and 1; they must be 1 to 7, or 0 for none",
                "numbering 9: 13 is listed by row 8 too from 2026-01-01T00:00:00.000Z on; a number is active once at a time, so end one row earlier",
            ],
            carrier.Errors());
    }

    [Fact]
    public void Charges_per_number_are_of_DID_decks() =>
        Assert.Equal(
            ["deck 100, line 2: it has charges per number, which only decks of type Did have"],
            new Carrier().Assign(10, CallClass.International, Deck(Row("49") with { NumberCharges = new NumberCharges(Money.Zero, Money.Zero) })).Errors());

    [Fact]
    public void An_explanation_for_people_shows_the_rows_of_the_number_and_why_each_did_or_did_not_apply()
    {
        string text = ExplanationText.Render(Explain(Did));
        Assert.Contains(
            """
              numbering: 12015550100
                * Did 'Head office', customer tier 2, vendor tier 1 (row 2): in force from 2026-01-01T00:00:00.000Z until the end of time
                - Did, customer tier 3, vendor tier 1 (row 1): expired at 2026-01-01T00:00:00.000Z
              class Did: as the numbering lists it
              deck: 101 'test' (Did, USD, upload 1), assignment 2 of class Did, in force from the beginning of time until the end of time
              looked up: 2, the customer tier of the number
                * 2 (line 3, upload 1): in force from the beginning of time until the end of time

            """, text, StringComparison.Ordinal);
        Assert.Contains("looked up: 1, the vendor tier of the number\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12015550100", "2024-12-31", "    - Did, customer tier 3, vendor tier 1 (row 1): not in force before 2025-01-01T00:00:00.000Z\n  class Did: not listed in the numbering, and not toll-free\n")]
    [InlineData("12015550199", "2026-01-15", "  numbering: 12015550199 is not listed\n  class Did: not listed in the numbering, and not toll-free\n")]
    [InlineData("12015550199", "2026-01-15", "  NoCode: not rated: the number has no tier\n")]
    [InlineData("12015550199", "2026-01-15", "  looked up: no tier: the number has no vendor tier, and a DID deck goes by tier\n")]
    [InlineData("18005550100", "2026-01-15", "  numbering: 18005550100 is not listed\n  class TollFree: not listed in the numbering, and NPA 800 is toll-free\n")]
    [InlineData("12015550800", "2026-01-15", "    * TollFree, no customer tier, no vendor tier (row 3): in force from the beginning of time until the end of time\n  class TollFree: as the numbering lists it\n")]
    public void A_number_that_is_not_listed_or_not_now_is_explained(string dnis, string setup, string lines) =>
        Assert.Contains(lines, ExplanationText.Render(Explain(Did with { Dnis = dnis, Setup = setup })), StringComparison.Ordinal);

    [Fact]
    public void A_tier_without_a_row_and_a_blocked_one_are_explained()
    {
        RateDeckConfig few = Deck(new RateDeckSettings { Type = DeckType.Did }, Row("1", null) with { Blocked = true });
        CallExplanation call = Explain(Did, Listed(new Carrier().Assign(30, CallClass.Did, few).Assign(40, CallClass.Did, few)));
        Assert.Equal(("not rated: tier 1 is blocked", "not rated: the deck has no row in force for tier 2"), (call.A.Reason, call.B.Reason));
    }

    [Fact]
    public void An_explanation_for_programs_holds_the_same()
    {
        using JsonDocument json = JsonDocument.Parse(ExplanationJson.Render(Explain(Did)));
        JsonElement b = json.RootElement.GetProperty("b");
        Assert.Equal(
            """{"number":"12015550100","rows":[{"id":2,"type":"Did","customer_tier":2,"vendor_tier":1,"tag":"Head office","from":"2026-01-01T00:00:00.000Z","to":null,"applied":true,"why":"in force from 2026-01-01T00:00:00.000Z until the end of time"},{"id":1,"type":"Did","customer_tier":3,"vendor_tier":1,"tag":"","from":"2025-01-01T00:00:00.000Z","to":"2026-01-01T00:00:00.000Z","applied":false,"why":"expired at 2026-01-01T00:00:00.000Z"}]}""",
            JsonSerializer.Serialize(b.GetProperty("numbering")));
        Assert.Equal("2", b.GetProperty("lookup").GetProperty("code").GetString());
    }

    [Fact]
    public void One_deck_takes_the_tier_that_comes_with_the_call()
    {
        OneDeckRater rater = Compile(Tiers);
        OneDeckCall call = new() { Dnis = "12015550100"u8, Tier = 2, Answered = true, RawMs = 60_000 };
        rater.Rate(call, out RatedSide side);
        Assert.Equal((E164.Parse("2"), Money.Parse("0.02")), (side.Code, side.Charge));
        Assert.Contains("looked up: 2, the tier given with the call\n", ExplanationText.Render(rater.Explain(call, static _ => "")), StringComparison.Ordinal);
        call.Tier = 0;
        rater.Rate(call, out side);
        Assert.Equal(RatingOutcome.NoCode, side.Outcome);
        Assert.Contains("looked up: no tier: none was given with the call", ExplanationText.Render(rater.Explain(call, static _ => "")), StringComparison.Ordinal);
    }

    [Fact]
    public void One_international_toll_free_deck_has_payphones()
    {
        OneDeckRater rater = Compile(Deck(
            new RateDeckSettings { Type = DeckType.TollFree, Location = DeckLocation.International, PayphoneSurcharge = Money.Parse("0.5") }, Row("44800", "0.06")));
        rater.Rate(new OneDeckCall { Dnis = "448005550100"u8, Oli = "27"u8, Answered = true, RawMs = 60_000 }, out RatedSide side);
        Assert.Equal(Money.Parse("0.56"), side.Charge);
    }

    private static CallExplanation Explain(Call call, Carrier? carrier = null)
    {
        CallEventBatch events = new();
        call.AddTo(events);
        return new Rater().Explain((carrier ?? Origination).Compile(), events, 0);
    }
}
