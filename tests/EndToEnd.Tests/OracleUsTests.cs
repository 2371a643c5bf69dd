using Perimeter.Oracle;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Jurisdiction and the number looked up, by the oracle.</summary>
public sealed class OracleUsTests : IDisposable
{
    private const string Deck = "code,interrate,intrarate,ijrate\n201,0.001,0.002,0.003\n212,0.004,0.005,0.006\n787,0.007,0.008,0.009";

    private readonly string _folder = Directory.CreateTempSubdirectory("perimeter-oracle-us-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("12015550100", "12015550199", "", "Intrastate", 2_000_000)]
    [InlineData("12125550100", "12015550199", "", "Interstate", 1_000_000)]
    [InlineData("2125550100", "12015550199", "", "Indeterminate", 3_000_000)]
    [InlineData("", "12015550199", "", "Indeterminate", 3_000_000)]
    [InlineData("anonymous", "12015550199", "", "Indeterminate", 3_000_000)]
    [InlineData("18005550100", "12015550199", "", "Indeterminate", 3_000_000)]
    [InlineData("17875550100", "12015550199", "", "Indeterminate", 3_000_000)]
    [InlineData("442071838750", "12015550199", "", "Indeterminate", 3_000_000)]
    [InlineData("12125550100", "12015550199", "12125550000", "Intrastate", 5_000_000)]
    [InlineData("12125550100", "12015550199", "2125550000", "Intrastate", 5_000_000)]
    [InlineData("12125550100", "12015550199", "15551", "Interstate", 1_000_000)]
    [InlineData("12125550100", "17875550199", "", "Indeterminate", 9_000_000)]
    public void Jurisdiction_compares_ani_with_the_number_looked_up(string ani, string dnis, string lrn, string jurisdiction, int rateNanos)
    {
        SideResult side = Rate(ani, dnis, lrn, "lrn,highest,indeterminate");
        Assert.Equal("UsCanada", side.Class);
        Assert.Equal(jurisdiction, side.Jurisdiction);
        Assert.Equal(rateNanos, (int)side.RateNanos);
    }

    [Fact]
    public void A_deck_that_rates_on_dnis_does_not_look_at_the_lrn() =>
        Assert.Equal("1201", Rate("12125550100", "12015550199", "12125550000", "dnis,highest,indeterminate").Code);

    [Fact]
    public void Territories_are_interstate_where_the_deck_says_so() =>
        Assert.Equal("Interstate", Rate("17875550100", "12015550199", "", "lrn,highest,interstate").Jurisdiction);

    [Theory]
    [InlineData("14165550100", "NoCode")]
    [InlineData("15005550100", "NoCode")]
    [InlineData("18765550100", "NoDeck")]
    [InlineData("18005550100", "NoDeck")]
    [InlineData("12011550100", "InvalidNumber")]
    public void Country_code_1_is_us_and_canada_unless_the_area_code_is_elsewhere_and_not_sold(string dnis, string outcome) =>
        Assert.Equal(outcome, Rate("12125550100", dnis, "", "lrn,highest,indeterminate").Outcome);

    private SideResult Rate(string ani, string dnis, string lrn, string settings)
    {
        Write("relationships.csv", "id,name\n1,One");
        Write("trunk_groups.csv", "id,name,relationship,direction,relation\n1,In,1,termination,customer");
        Write("trunks.csv", "id,name,trunk_group,address");
        Write("assignments.csv", "id,trunk_group,class,deck\n1,1,us_canada,1");
        Write("decks.csv", "id,name,direction,relation,type,files,rate_on,missing_rate,territories\n1,US,termination,customer,npanxx,deck.csv," + settings);
        Write("deck.csv", Deck);
        CallRecord record = OracleCarrier.Record(dnis, 60_000, "2026-09-14T12:00:00Z", "In");
        record.Ani = ani;
        record.Lrn = lrn;
        return CarrierOracle.Open(_folder, RepositoryFolders.NumberingData).Rate(record).A;
    }

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_folder, file), content + "\n");
}
