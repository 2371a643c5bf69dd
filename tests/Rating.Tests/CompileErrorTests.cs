using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

/// <summary>What the compiler refuses, with its exact words.</summary>
public sealed class CompileErrorTests
{
    private static string[] DeckErrors(RateDeckConfig deck)
    {
        OneDeckCompilation compilation = OneDeckRater.Compile(deck);
        Assert.Equal(compilation.Errors.Count == 0, compilation.Rater is not null);
        return [.. compilation.Errors.Select(static error => error.ToString())];
    }

    private static RateDeckSettings Settings(DeckType type = DeckType.InternationalDialed) => new() { Type = type };

    [Fact]
    public void All_errors_of_a_deck_come_at_once()
    {
        string[] errors = DeckErrors(Deck(
            Settings() with { RoundingDigits = 10, GraceSeconds = -1, MinimumCharge = Money.Parse("-1"), Currency = default, PayphoneSurcharge = Money.Parse("50000.1") },
            Row("0930"),
            Row("49", "50000.000000001"),
            Row("49", "-50000.000000001"),
            Row("49") with { ConnectFee = Money.Parse("50001") },
            Row("49") with { InitialRate = Rate.Parse("50001") },
            Row("49") with { Increment = new BillingIncrement(0, 1) },
            Row("49") with { Increment = new BillingIncrement(1, 86_401) },
            Row("49", null),
            Row("49", null) with { Blocked = true },
            Row("49", "50000")));
        Assert.Equal(
            [
                "deck 1: it has no currency",
                "deck 1: rounding digits are 10; they must be 0 to 9",
                "deck 1: grace is -1 s; it must be 0 to 86400",
                "deck 1: the minimum charge is -1; it must not be negative",
                "deck 1: the payphone surcharge is 50000.1; at most 50000 is allowed",
                "deck 1, line 2: the code '0930' is not 1 to 15 digits that begin with 1 to 9",
                "deck 1, line 3: a rate or fee is above the limit; at most 50000 is allowed",
                "deck 1, line 4: a rate or fee is above the limit; at most 50000 is allowed",
                "deck 1, line 5: a rate or fee is above the limit; at most 50000 is allowed",
                "deck 1, line 6: a rate or fee is above the limit; at most 50000 is allowed",
                "deck 1, line 7: the increments 0/1 are not 1 to 86400 s each",
                "deck 1, line 8: the increments 1/86401 are not 1 to 86400 s each",
                "deck 1, line 9: it has no rate and is not blocked",
            ],
            errors);
    }

    [Theory]
    [InlineData("1201", true)]
    [InlineData("1201555", true)]
    [InlineData("12015551", true)]
    [InlineData("1", false)]
    [InlineData("12015", false)]
    [InlineData("120155512", false)]
    [InlineData("2015551", false)]
    public void US_codes_are_NPA_NPANXX_or_NPANXX_X(string code, bool valid)
    {
        string[] errors = DeckErrors(UsDeck(Row(code)));
        Assert.Equal(valid ? [] : [$"deck 1, line 2: the code '{code}' is not an NPA, NPANXX or NPANXX-X (3, 6 or 7 digits, after a leading 1 or not)"], errors);
    }

    [Theory]
    [InlineData(DeckType.None)]
    [InlineData((DeckType)99)]
    public void A_deck_of_no_known_type_is_refused(DeckType type) =>
        Assert.Equal([$"deck 1: there is no deck type {(int)type}"], DeckErrors(Deck(Settings(type), Row("49"))));

    [Fact]
    public void Rows_name_what_their_deck_is_keyed_by_and_nothing_else()
    {
        Ocn.TryParse("9206"u8, out Ocn ocn);
        RateRow row = Row("49") with { Code = default, CodeText = "" };
        Assert.Empty(DeckErrors(Deck(Settings(DeckType.LataOcn), row, row with { Lata = new Lata(224), Ocn = ocn })));
        Assert.Equal(["deck 1, line 2: it names no OCN, by which a Peering deck is keyed"], DeckErrors(Deck(Settings(DeckType.Peering), row)));
        Assert.Equal(
            ["deck 1, line 2: it is for LATA 224 and OCN 9206, which decks of type Peering do not look at"],
            DeckErrors(Deck(Settings(DeckType.Peering), row with { Lata = new Lata(224), Ocn = ocn })));
        Assert.Equal(
            ["deck 1, line 2: it is for OCN 9206, which decks of type InternationalDialed do not look at"],
            DeckErrors(Deck(Settings(DeckType.InternationalDialed), Row("49") with { Ocn = ocn })));
    }

    [Theory]
    [InlineData("1201333", "NJ", null)]
    [InlineData("12013331", "", null)]
    [InlineData("1201", "NJ", "the code '1201' is not an NPANXX or NPANXX-X behind a 1, with NPA and NXX from 200")]
    [InlineData("1101333", "NJ", "the code '1101333' is not an NPANXX or NPANXX-X behind a 1, with NPA and NXX from 200")]
    [InlineData("2013331", "NJ", "the code '2013331' is not an NPANXX or NPANXX-X behind a 1, with NPA and NXX from 200")]
    [InlineData("1201333", "N", "the region 'N' is not two capital letters")]
    public void Reference_data_are_checked(string code, string region, string? fault)
    {
        ReferenceRow row = new(E164.Parse(code), region, default, default, "", Interval.Always, 5);
        Carrier carrier = new();
        carrier.Config = carrier.Config with { ReferenceData = [row] };
        Assert.Equal(fault is null ? [] : [$"reference data, line 5: {fault}"], carrier.Errors());
    }

    [Fact]
    public void Assignments_are_checked()
    {
        Carrier carrier = new Carrier()
            .Assign(10, CallClass.International, Deck(Row("49")), From("2026-01-01"))
            .Assign(10, CallClass.International, Deck(Row("49")), Between("2026-03-01", "2026-04-01"))
            .Assign(10, CallClass.UsCanada, Deck(Row("49")))
            .Assign(10, CallClass.TollFree, Deck(Row("49")))
            .Assign(10, CallClass.Emergency, Deck(Row("49")));
        DeckAssignmentConfig first = carrier.Config.Assignments[0];
        carrier.Config = carrier.Config with
        {
            Assignments =
            [
                .. carrier.Config.Assignments,
                first with { Id = 90, TrunkGroup = new TrunkGroupId(99) },
                first with { Id = 91, Deck = new RateDeckId(999) },
                first with { Id = 92, TrunkGroup = new TrunkGroupId(20) },
            ],
        };
        Assert.Equal(
            [
                "assignment 3: deck 102 is of type InternationalDialed, which does not rate calls of class UsCanada",
                "assignment 4: deck 103 is of type InternationalDialed, which does not rate calls of class TollFree",
                "assignment 90: there is no trunk group 99",
                "assignment 91: there is no deck 999",
                "assignment 92: trunk group 20 is Termination-Vendor and deck 100 is Termination-Customer; they must be the same",
                "assignment 91: it overlaps assignment 1 of class International on trunk group 10 from 2026-01-01T00:00:00.000Z; end one of them earlier",
                "assignment 2: it overlaps assignment 1 of class International on trunk group 10 from 2026-03-01T00:00:00.000Z; end one of them earlier",
            ],
            carrier.Errors());
    }

    [Fact]
    public void Trunk_groups_and_trunks_are_checked()
    {
        TrunkGroupConfig group = Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer);
        Carrier carrier = new();
        TrunkConfig trunk = new(new TrunkId(1), "t", new TrunkGroupId(10), "192.0.2.1", 5060, "udp", Interval.Always);
        carrier.Config = carrier.Config with
        {
            TrunkGroups =
            [
                .. carrier.Config.TrunkGroups,
                group with { Name = "again" },
                group with { Id = new TrunkGroupId(11) },
                group with { Id = new TrunkGroupId(12), Name = "formless", Form = NumberingForm.National },
                group with { Id = new TrunkGroupId(13), Name = "codeless", Form = NumberingForm.National, National = new NationalForm("044", "0", "00") },
                group with { Id = new TrunkGroupId(14), Name = "hidden", Form = NumberingForm.National, National = new NationalForm("44", "00", "0") },
                group with { Id = new TrunkGroupId(0), Name = "zero", TechPrefix = "9+", Direction = Direction.None, Form = (NumberingForm)9 },
            ],
            Trunks =
            [
                trunk,
                trunk with { Id = new TrunkId(2), TrunkGroup = new TrunkGroupId(30), Address = "192.0.2.1", Protocol = "UDP" },
                trunk with { Id = new TrunkId(3), TrunkGroup = new TrunkGroupId(99) },
                trunk with { Id = new TrunkId(4), TrunkGroup = new TrunkGroupId(20) },
                trunk with { Id = new TrunkId(5), TrunkGroup = new TrunkGroupId(40) },
            ],
        };
        Assert.Equal(
            [
                "trunk group 12: a national form is given where its numbering form is National, and only there",
                "trunk group 13: the country code '044' is not 1 to 3 digits that begin with 1 to 9",
                "trunk group 14: the national prefix '00' begins with the international prefix '0', so that no number would be a national one",
                "trunk group 0: ids are from 1",
                "trunk group 0: its direction must be Termination or Origination, its relation Customer or Vendor",
                "trunk group 0: there is no numbering form 9",
                "trunk group 0: the tech prefix '9+' has other characters than digits, * and #",
                "trunk group 10: it is described twice from the beginning of time on; end one row earlier",
                "trunk group 11: trunk group 10 has the name 'acme-in' on the same side at the same time; rename one",
                "trunk 3: there is no trunk group 99",
                "trunk 5: trunk 4 of trunk group 20 has the name 't' at the same time; no event could tell them apart",
                "trunk 2: trunk 1 of trunk group 10 has the address 192.0.2.1, port 5060, protocol 'UDP' and tech prefix '' at the same time; no event could tell them apart",
            ],
            carrier.Errors());
    }

    [Fact]
    public void Decks_and_emergency_numbers_are_checked()
    {
        Carrier carrier = new Carrier().Assign(10, CallClass.International, Deck(Row("49") with { Destination = new DestinationId(3) }));
        RateDeckConfig deck = carrier.Config.Decks[0];
        carrier.Config = carrier.Config with
        {
            Decks = [deck, deck with { Id = new RateDeckId(101), Rows = [Row("49")] }, deck with { Id = new RateDeckId(101), Rows = [Row("48")] }],
            EmergencyNumbers = [new EmergencyNumberConfig("911", Interval.Always), new EmergencyNumberConfig("000", Interval.Always), new EmergencyNumberConfig("x", Interval.Always)],
        };
        Assert.Equal(
            [
                "deck 100, line 2: its destination 3 has no name",
                "deck 101: another deck has the same id",
                "emergency number 2: '000' is not 1 to 15 digits that begin with 1 to 9, and so no valid number is equal to it",
                "emergency number 3: 'x' is not 1 to 15 digits that begin with 1 to 9, and so no valid number is equal to it",
            ],
            carrier.Errors());
    }
}
