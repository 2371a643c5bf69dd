using System.Globalization;
using Perimeter.Oracle;

namespace Perimeter.EndToEnd.Tests;

/// <summary>A carrier folder of one customer group "In" with one A-Z deck, for trying a row or two.</summary>
internal sealed class OracleCarrier : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perimeter-oracle-").FullName;

    public OracleCarrier()
    {
        Write("relationships.csv", "id,name\n1,One");
        Write("trunk_groups.csv", "id,name,relationship,direction,relation\n1,In,1,termination,customer");
        Write("trunks.csv", "id,name,trunk_group,address");
        Write("assignments.csv", "id,trunk_group,class,deck\n1,1,international,1");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="rows">code, rate, initial, increment, connect fee, initial rate, effective, expiration, blocked.</param>
    /// <param name="settings">rounding digits, rounding, seconds rounding, propagation delay, grace, minimum charge.</param>
    public SideResult RateA(
        string rows, int rawMs, string settings = "6,half-up,up,no,0,0", string setup = "2026-09-14T12:00:00Z", string zone = "UTC") =>
        Rate(rows, Record("447700900123", rawMs, setup, "In"), settings, zone).A;

    public AttemptResult Rate(string rows, CallRecord record, string settings = "6,half-up,up,no,0,0", string zone = "UTC")
    {
        Write("deck.csv", "code,rate,initial,increment,connect_fee,initial_rate,effective_date,expiration_date,blocked\n" + rows);
        Write(
            "decks.csv",
            "id,name,direction,relation,type,files,time_zone,rounding_digits,rounding,seconds_rounding,propagation_delay,grace,min_charge\n"
            + $"1,Deck,termination,customer,international-dialed,deck.csv,{zone},{settings}");
        return CarrierOracle.Open(_folder, RepositoryFolders.NumberingData).Rate(record);
    }

    /// <summary>A call that was answered at its setup for so long; null was not answered.</summary>
    public static CallRecord Record(string dnis, int? rawMs, string setup, string group)
    {
        long setupMs = DateTimeOffset.Parse(setup, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        return new CallRecord
        {
            SwitchId = "s", CallId = "c", TrunkGroupA = group, Dnis = dnis, SetupMs = setupMs, AnswerMs = rawMs is null ? null : setupMs,
            EndMs = setupMs + (rawMs ?? 0),
        };
    }

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_folder, file), content + "\n");
}
