using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Calls to numbers of the carrier's own, from the switch to the rows.</summary>
public sealed class NumberingTests
{
    private const string Numbers = "id,number,type,customer_tier,vendor_tier,tag\n7,12015550100,did,3,1,Head office\n8,448005550100,toll-free,,,";

    [Fact]
    public async Task A_forwarded_DID_is_two_calls_with_four_charges_and_stays_explained_by_the_tier_that_it_had()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = WithNumbers();
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        await live.PostAsync("application/json", Call("in", "Baltic DID", "Acme DID", "+12015550100"));
        await live.PostAsync("application/json", Call("out", "Northgate Premium", "EuroRoute Gold", "442079460000", forwardedFrom: "in"));
        await live.PostAsync("application/json", Call("freephone", "Baltic DID", "Acme DID", "448005550100"));
        await live.PostAsync("application/json", Call("stranger", "Baltic DID", "Acme DID", "12015550199"));
        await live.WaitForAsync("SELECT count() FROM rated_calls", "4");
        Assert.Equal(
            [
                "freephone TollFree Rated 44800 0.02 TollFree Rated 44800 0.08",
                "in Did Rated 1 0.01 Did Rated 3 0.03",
                "out International Rated 44 0.05 International Rated 44 0.004",
                "stranger Did NoCode  0 Did NoCode  0",
            ],
            (await live.QueryAsync("SELECT call_id, class_a, outcome_a, code_a, toString(charge_a), class_b, outcome_b, code_b, toString(charge_b) FROM rated_calls ORDER BY call_id"))
                .Select(row => string.Join(' ', row)));

        carrier.Write("numbering.csv", Numbers.Replace("did,3,1", "did,2,1", StringComparison.Ordinal));
        Assert.Contains("Published as revision 2", await live.CommandAsync("config", "apply", carrier.Path), StringComparison.Ordinal);
        await live.PostAsync("application/json", Call("later", "Baltic DID", "Acme DID", "+12015550100"));
        await live.WaitForAsync("SELECT count() FROM rated_calls WHERE call_id = 'later' AND code_b = '2' AND toString(charge_b) = '0.02' AND revision = 2", "1");
        foreach ((string call, int tier) in ((string, int)[])[("in", 3), ("later", 2)])
        {
            JsonElement explained = JsonSerializer.Deserialize<JsonElement>(await live.CommandAsync("explain", "--call", call, "--json"));
            JsonElement row = Assert.Single(explained.GetProperty("b").GetProperty("numbering").GetProperty("rows").EnumerateArray());
            Assert.Equal((7, tier, 1, "Head office", true), (
                row.GetProperty("id").GetInt32(), row.GetProperty("customer_tier").GetInt32(), row.GetProperty("vendor_tier").GetInt32(),
                row.GetProperty("tag").GetString(), row.GetProperty("applied").GetBoolean()));
        }

        Assert.Contains("numbering: 12015550199 is not listed", await live.CommandAsync("explain", "--call", "stranger"), StringComparison.Ordinal);
    }

    private static CarrierCopy WithNumbers()
    {
        CarrierCopy carrier = new(0.05m);
        carrier.Write(
            "trunk_groups.csv",
            "id,name,relationship,direction,relation\n1,Northgate Premium,1,termination,customer\n2,EuroRoute Gold,2,termination,vendor\n"
            + "3,Acme DID,1,origination,customer\n4,Baltic DID,2,origination,vendor");
        carrier.Write(
            "decks.csv",
            "id,name,direction,relation,type,location,files\n1,Acme A-Z,termination,customer,international-dialed,,acme.csv\n2,Baltic A-Z,termination,vendor,international-dialed,,baltic.csv\n"
            + "3,Acme tiers,origination,customer,did,,tiers.csv\n4,Baltic tiers,origination,vendor,did,us-canada,tiers.csv\n"
            + "5,Acme freephone,origination,customer,toll-free,international,freephone.csv\n6,Baltic freephone,origination,vendor,toll-free,international,freephone-cost.csv");
        carrier.Write(
            "assignments.csv",
            "id,trunk_group,class,deck\n1,1,international,1\n2,2,international,2\n3,3,did,3\n4,4,did,4\n5,3,toll_free,5\n6,4,toll_free,6");
        carrier.Write("tiers.csv", "tier,rate,monthly_charge\n1,0.01,1\n2,0.02,2\n3,0.03,3");
        carrier.Write("freephone.csv", "code,rate\n44800,0.08");
        carrier.Write("freephone-cost.csv", "code,rate\n44800,0.02");
        carrier.Write("numbering.csv", Numbers);
        return carrier;
    }

    /// <summary>Answered for a minute.</summary>
    private static string Call(string id, string a, string b, string dnis, string? forwardedFrom = null) => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["switch_id"] = "sw1",
        ["call_id"] = id,
        ["forwarded_from"] = forwardedFrom,
        ["trunk_group_a"] = a,
        ["trunk_group_b"] = b,
        ["ani"] = "442079461234",
        ["dnis"] = dnis,
        ["setup_time"] = "2026-09-15T09:00:00.000Z",
        ["answer_time"] = "2026-09-15T09:00:05.000Z",
        ["end_time"] = "2026-09-15T09:01:05.000Z",
        ["sip_code"] = 200,
    });
}
