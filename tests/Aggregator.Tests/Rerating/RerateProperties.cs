using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Perimeter.Aggregator.Rerating;

namespace Perimeter.Aggregator.Tests.Rerating;

/// <summary>Carriers drawn from a seed: calls rated by A and B, re-rated to B and C, stand as C rates them from scratch.</summary>
public sealed class RerateProperties(EngineFixture fixture)
{
    private static readonly string[] Codes = ["44", "447", "4420", "33", "331", "336", "7", "74"];
    private static readonly string[] Rates = ["0", "0.01", "0.0035", "0.000000001", "-0.02", "1.5", "0.123456789"];
    private static readonly string[] Dates = ["", "", "2026-09-13", "2026-09-14", "2026-09-14T12:00:00Z", "2026-09-15"];

    [Fact]
    public void Re_rated_calls_stand_as_the_last_carrier_rates_them_from_scratch() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(4),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            RunAsync(seed).GetAwaiter().GetResult();
            return true;
        }));

    private async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        using var world = new RerateWorld(fixture);
        foreach (char carrier in "ABC")
        {
            Draw(world.Carrier, random);
            world.Publish();
            if (carrier != 'A' && random.Next(4) > 0)
            {
                await world.RerateAsync(Part(random), world.Small(random.Next(1, 4)));
            }

            if (carrier != 'C')
            {
                await world.LandAsync(random.Next(), random.Next(2, 120));
            }
        }

        await world.RerateAsync();
        RerateResult again = await world.RerateAsync();
        Assert.True(again.Totals.Changed == 0, $"seed {seed}: {again.Totals.Changed} attempts were adjusted twice.");
        string after = world.ReadViews();
        Assert.Equal(after, await world.ViewsFromScratchAsync());
    }

    /// <summary>All of the time, or a piece of it that cuts the calls anywhere.</summary>
    private static RerateRequest Part(Random random) => random.Next(2) == 0
        ? RerateWorld.Everything
        : new RerateRequest(RerateCalls.FirstMs + random.NextInt64(RerateCalls.DayMs), RerateCalls.FirstMs + RerateCalls.DayMs + random.NextInt64(2 * RerateCalls.DayMs));

    private static void Draw(CarrierFolderFiles carrier, Random random)
    {
        foreach (string deck in (string[])["acme.csv", "acme-cheap.csv", "cobalt.csv", "baltic.csv", "delta.csv"])
        {
            carrier.Write(deck, "code,destination,rate,initial,increment,connect_fee,effective_date,blocked\n" + string.Join('\n', Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
                Of(Codes) is var code ? $"{code},{code} place,{Of(Rates)},{Of(["1", "6", "30"])},{Of(["1", "6", "60"])},{Of(["", "", "0.4"])},{Of(Dates)},{Of(["", "", "", "yes"])}" : "")));
        }

        foreach (string deck in (string[])["acme-us.csv", "baltic-us.csv"])
        {
            carrier.Write(deck, $"code,interstate_rate,intrastate_rate,indeterminate_rate\n201,{Of(Rates)},{Of(Rates)},{Of(Rates)}\n{Of(["212", "213"])},{Of(Rates)},{Of(Rates)},{Of(Rates)}");
        }

        string Of(string[] choices) => choices[random.Next(choices.Length)];
        carrier.Write("trunk_groups.csv", CarrierFolderFiles.TrunkGroups + Of(["", "\n5,Echo in,1,termination,customer", "\n6,Foxtrot out,4,termination,vendor"]));
        carrier.Write("exchange_rates.csv", string.Create(
            CultureInfo.InvariantCulture, $"id,currency,rate,effective_date,expiration_date\n1,EUR,1.{random.Next(1, 1_000_000)},,2026-09-14\n2,EUR,0.{random.Next(1, 1_000_000)},2026-09-15,"));
        string[] assignments = CarrierFolderFiles.Assignments.Split('\n');
        IEnumerable<string> kept = assignments[1..].Where(_ => random.Next(6) > 0).Select(line => line == "1,1,international,1" ? Of([line, "1,1,international,7"]) : line);
        carrier.Write("assignments.csv", string.Join('\n', [assignments[0], .. kept]));
    }
}
