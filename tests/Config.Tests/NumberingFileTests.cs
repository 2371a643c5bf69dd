using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;

namespace Perimeter.Config.Tests;

/// <summary>numbering.csv, and the decks that go by it. What is wrong with either is in the golden files.</summary>
public sealed class NumberingFileTests : IDisposable
{
    private const string Numbers =
        """
        id,number,type,customer_tier,vendor_tier,tag,effective_date,expiration_date
        7,12025550100,did,3,2,Head office,2026-01-01,2026-03-31
        8,12025550100,DID,4,,Head office,2026-04-01,
        9,+448005550100,toll-free,,,,,

        """;

    private readonly CarrierDirectory _carrier = new();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "revisions-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
    private readonly RevisionStore _store;

    public NumberingFileTests()
    {
        _store = new RevisionStore(_folder, new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero)));
        _carrier.Write("settings.csv", "name,value\ntime_zone,America/New_York\n");
        _carrier.Write("numbering.csv", Numbers);
    }

    public void Dispose()
    {
        _carrier.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Each_row_is_a_number_for_a_time_by_the_clock_of_the_system()
    {
        Assert.Equal(
            [
                new NumberConfig(7, E164.Parse("12025550100"), NumberType.Did, 3, 2, "Head office", new Interval(Ms("2026-01-01T05:00Z"), Ms("2026-04-01T04:00Z")), 2),
                new NumberConfig(8, E164.Parse("12025550100"), NumberType.Did, 4, 0, "Head office", new Interval(Ms("2026-04-01T04:00Z"), Interval.EndlessMs), 3),
                new NumberConfig(9, E164.Parse("448005550100"), NumberType.TollFree, 0, 0, "", Interval.Always, 4),
            ],
            Publish().Config!.Numbers);
    }

    [Fact]
    public void The_file_is_part_of_the_revision_and_a_change_of_it_makes_the_next()
    {
        Assert.Contains("numbering.csv", Publish().Config is null ? [] : _store.Revisions[0].Files.Select(file => file.Path));
        Assert.False(Publish().Changed);
        _carrier.Write("numbering.csv", Numbers.Replace("DID,4,", "DID,5,", StringComparison.Ordinal));
        Assert.Equal(new ConfigRevision(2), Publish().Revision);
        Assert.Equal([4, 5], _store.Revisions.Select(revision => _store.Load(revision.Revision).Numbers[1].CustomerTier));
    }

    [Fact]
    public void Numbers_that_stay_as_they_are_stay_the_same_object_also_where_a_deck_changes()
    {
        PublishResult one = Publish();
        _carrier.Append("decks/acme.csv", "49,Germany,0.01,\n");
        PublishResult two = Publish();
        Assert.Same(one.Config!.Numbers, two.Config!.Numbers);
        _carrier.Write("settings.csv", "name,value\ntime_zone,UTC\n");
        PublishResult three = Publish();
        Assert.Equal(Ms("2026-01-01T00:00Z"), three.Config!.Numbers[0].InForce.FromMs);
    }

    [Fact]
    public void An_id_is_never_used_for_another_number_also_when_it_was_gone()
    {
        Publish();
        _carrier.Write("numbering.csv", Numbers.Replace("8,12025550100", "8,12025550199", StringComparison.Ordinal));
        const string error = "numbering.csv:3: column id: '8' was published as number 12025550100 and is now number 12025550199: an id is never used for another thing, take a new one";
        Assert.Equal([error], Publish().Errors.Select(each => each.ToString()));
        _carrier.Delete("numbering.csv");
        Assert.Empty(Publish().Config!.Numbers);
        _carrier.Write("numbering.csv", Numbers.Replace("8,12025550100", "8,12025550199", StringComparison.Ordinal));
        Assert.Equal([error], Publish().Errors.Select(each => each.ToString()));
        _carrier.Write("numbering.csv", Numbers);
        Assert.Equal(new ConfigRevision(3), Publish().Revision);
    }

    [Fact]
    public void A_DID_deck_has_a_row_for_each_tier_and_may_have_charges_per_number()
    {
        IReadOnlyList<RateRow> rows = Deck("did", "", "tier,description,rate,MRC,NRC\n1,Tier one,0.01,1.5,\n7,,0.02,,10\n2,,0.03,,\n").Rows;
        Assert.Equal([("1", E164.Parse("1")), ("7", E164.Parse("7")), ("2", E164.Parse("2"))], rows.Select(row => (row.CodeText, row.Code)));
        Assert.Equal(
            [new NumberCharges(Money.Parse("1.5"), Money.Zero), new NumberCharges(Money.Zero, Money.Parse("10")), null], rows.Select(row => row.NumberCharges));
    }

    [Theory]
    [InlineData("did")]
    [InlineData("toll-free")]
    public void An_international_deck_has_codes_of_the_dialled_number(string type)
    {
        RateDeckConfig deck = Deck(type, "international", "code,rate\n44,0.01\n1242,0.02\n");
        Assert.Equal((DeckLocation.International, DeckKey.Code), (deck.Settings.Location, deck.Settings.Key));
        Assert.Equal(["44", "1242"], deck.Rows.Select(row => row.Code.ToString()));
    }

    [Fact]
    public void One_file_may_be_of_two_decks_of_different_locations()
    {
        WriteDecks("3,Here,origination,vendor,toll-free,us-canada,decks/new.csv\n4,Abroad,origination,vendor,toll-free,international,decks/new.csv\n", "code,rate\n800,0.01\n");
        Assert.Equal(["1800", "800"], Publish().Config!.Decks.Skip(2).Select(deck => deck.Rows[0].Code.ToString()));
    }

    private RateDeckConfig Deck(string type, string location, string rows)
    {
        WriteDecks($"3,New,origination,customer,{type},{location},decks/new.csv\n", rows);
        PublishResult published = Publish();
        Assert.Empty(published.Errors);
        return published.Config!.Decks[2];
    }

    private void WriteDecks(string more, string rows)
    {
        _carrier.Write(
            "decks.csv",
            $"id,name,direction,relation,type,location,files\n1,Acme A-Z,termination,customer,international-dialed,,decks/acme.csv\n2,Baltic A-Z,termination,vendor,international-dialed,,decks/baltic.csv\n{more}");
        _carrier.Write("decks/new.csv", rows);
    }

    private PublishResult Publish() => _store.Publish(_carrier.Folder);

    private static long Ms(string iso) => DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
