using Perimeter.Aggregator.Rerating;

namespace Perimeter.Aggregator.Tests.Rerating;

/// <summary>
/// One change of the carrier folder at a time: what re-rating adjusts leaves every view as if the changed carrier had rated the calls in the first place.
/// A new kind of change is a new line of <see cref="Changes"/>.
/// </summary>
public sealed class RerateChangeTests(EngineFixture fixture)
{
    private const int Calls = 240;

    private static readonly Dictionary<string, (string Reason, Action<CarrierFolderFiles> Make)> Known = new()
    {
        ["a rate"] = ("rate", carrier => carrier.Write("acme.csv", CarrierFolderFiles.AcmeRates.Replace("44,UK,0.01", "44,UK,0.017", StringComparison.Ordinal))),
        ["a rate of US and Canada"] = ("rate", carrier => carrier.Write("acme-us.csv", "code,interstate_rate,intrastate_rate,indeterminate_rate\n201,0.05,0.06,0.07\n212,0.011,0.021,0.031")),
        ["an increment"] = ("seconds", carrier => carrier.Write("acme.csv", CarrierFolderFiles.AcmeRates.Replace("33,France,0.03,60,60", "33,France,0.03,1,1", StringComparison.Ordinal))),
        ["a fee"] = ("terms", carrier => carrier.Write("delta.csv", "code,destination,rate,connect_fee\n44,UK,0.005,0.002\n33,France,0.016,0\n7,Russia,0.12,0.01")),
        ["a code that is new"] = ("code", carrier => carrier.Write("baltic.csv", "code,destination,rate\n44,UK,0.004\n447,UK mobile,0.009\n336,France mobile,0.015\n33,France,0.015\n7,Russia,0.1")),
        ["a code that is blocked"] = ("outcome", carrier => carrier.Write("baltic.csv", "code,destination,rate,blocked\n44,UK,0.004,\n447,UK mobile,0.009,\n33,France,0.015,yes\n7,Russia,0.1,")),
        ["a second upload from a date on"] = ("version", carrier => carrier.Write(
            "decks.csv", File.ReadAllText(Path.Combine(carrier.Path, "decks.csv")).Replace("acme.csv,", "acme.csv;acme-later.csv,", StringComparison.Ordinal).TrimEnd('\n'))),
        ["an assignment"] = ("deck", carrier => carrier.Write("assignments.csv", CarrierFolderFiles.Assignments.Replace("1,1,international,1", "1,1,international,7", StringComparison.Ordinal))),
        ["an assignment that is gone"] = ("deck", carrier => carrier.Write("assignments.csv", CarrierFolderFiles.Assignments.Replace("\n5,4,international,5", "", StringComparison.Ordinal))),
        ["an exchange rate"] = ("exchange_rate", carrier => carrier.Write("exchange_rates.csv", "id,currency,rate,effective_date,expiration_date\n1,EUR,1.058412345679,,2026-09-14\n2,EUR,1.2,2026-09-15,")),
        ["reference data that put numbers into another region"] = ("jurisdiction", carrier => carrier.Write("reference.csv", "npanxx,region\n201555,NY")),
        ["a trunk group that is new"] = ("trunk_group", carrier => carrier.Write("trunk_groups.csv", CarrierFolderFiles.TrunkGroups + "\n5,Echo in,1,termination,customer\n6,Foxtrot out,4,termination,vendor")),
        ["a trunk group that expired"] = ("trunk_group", carrier => carrier.Write(
            "trunk_groups.csv",
            "id,name,relationship,direction,relation,expiration_date\n1,Acme in,1,termination,customer,\n2,Baltic out,2,termination,vendor,2026-09-13\n3,Cobalt in,3,termination,customer,\n4,Delta out,4,termination,vendor,")),
        ["a trunk group in place of another"] = ("trunk_group", carrier =>
        {
            carrier.Write("trunk_groups.csv", CarrierFolderFiles.TrunkGroups.Replace("3,Cobalt in,3", "7,Cobalt in,1", StringComparison.Ordinal));
            carrier.Write("assignments.csv", CarrierFolderFiles.Assignments.Replace("3,3,international,3", "7,7,international,3", StringComparison.Ordinal));
        }),
    };

    /// <summary>The same, of a carrier that has numbers of its own.</summary>
    private static readonly Dictionary<string, (string Reason, Action<CarrierFolderFiles> Make)> KnownOfNumbers = new()
    {
        ["a number's customer tier"] = ("code", carrier => carrier.Write("numbering.csv", CarrierFolderFiles.Numbers.Replace("12015550123,did,1,1", "12015550123,did,2,1", StringComparison.Ordinal))),
        ["a number's vendor tier from a date on"] = ("code", carrier => carrier.Write(
            "numbering.csv",
            "id,number,type,customer_tier,vendor_tier,effective_date,expiration_date\n1,12015550123,did,1,1,,2026-09-13\n2,12125550123,did,3,2,2026-09-14,\n3,12015550123,did,1,2,2026-09-14,")),
        ["a number that is gone"] = ("code", carrier => carrier.Write("numbering.csv", CarrierFolderFiles.Numbers.Replace("\n2,12125550123,did,3,2,2026-09-14", "", StringComparison.Ordinal))),
        ["a number that is toll-free"] = ("class", carrier => carrier.Write("numbering.csv", CarrierFolderFiles.Numbers.Replace("12015550123,did", "12015550123,toll-free", StringComparison.Ordinal))),
        ["the rate of a tier"] = ("rate", carrier => carrier.Write("hotel.csv", "tier,rate,initial,increment\n1,0.011,60,60\n2,0.02,60,60\n3,0.03,60,60")),
    };

    public static TheoryData<string> Changes { get; } = [.. Known.Keys, .. KnownOfNumbers.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Views_after_re_rating_are_those_of_the_changed_carrier_from_scratch(string change)
    {
        using var world = new RerateWorld(fixture);
        world.Carrier.Write("acme-later.csv", "code,destination,rate,initial,increment,effective_date\n44,UK,0.01,1,1,2026-09-14");
        bool ofNumbers = KnownOfNumbers.TryGetValue(change, out (string Reason, Action<CarrierFolderFiles> Make) known);
        if (ofNumbers)
        {
            world.Carrier.AddNumbers();
        }

        world.Publish();
        await world.LandAsync(seed: 11, Calls);
        string before = world.ReadViews();

        RerateResult unchanged = await world.RerateAsync();
        Assert.Equal((Calls, 0), (unchanged.Totals.All.Calls, unchanged.Totals.All.Changed));
        Assert.Equal(0, world.Adjustments);

        (string reason, Action<CarrierFolderFiles> make) = ofNumbers ? known : Known[change];
        make(world.Carrier);
        world.Publish();
        RerateResult dry = await world.RerateAsync(RerateWorld.Everything with { DryRun = true });
        Assert.Equal(0, world.Adjustments);
        Assert.Equal(before, world.ReadViews());

        RerateResult result = await world.RerateAsync();
        Assert.True(result.Totals.All.Changed > 0, "Nothing changed, so that nothing was tested.");
        Assert.Equal(result.Totals.All, dry.Totals.All);
        Assert.Equal(result.Totals.All.Changed, world.Adjustments);
        Assert.Equal(reason, world.Query("SELECT arrayStringConcat(arraySort(groupUniqArrayArray(arrayFilter(r -> r != 'none', [toString(reason_a), toString(reason_b)]))), ' ') FROM call_adjustments"));
        string after = world.ReadViews();

        RerateResult again = await world.RerateAsync();
        Assert.Equal(0, again.Totals.All.Changed);
        Assert.Equal(result.Totals.All.Changed, world.Adjustments);
        Assert.Equal(result.Totals.All.NewRevenue, again.Totals.All.OldRevenue);
        Assert.Equal(await world.ViewsFromScratchAsync(), after);
    }
}
