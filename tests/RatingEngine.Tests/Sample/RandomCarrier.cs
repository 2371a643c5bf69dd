using System.Globalization;
using Perimeter.Oracle;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>
/// A small carrier folder drawn from a seed: codes nested four deep whose rows begin, end, replace one another and are blocked around a few instants,
/// decks with every setting, and calls at exactly those instants and around them.
/// </summary>
internal sealed class RandomCarrier : IDisposable
{
    private static readonly string[] Codes = ["4", "44", "447", "4477", "33", "331", "3312", "1787", "7"];
    private static readonly string[] UsCodes = ["201", "1201", "201555", "1201555", "2015551", "212", "212555", "787", "902", "902555"];
    private static readonly string[] Dates =
        ["", "2026-09-13", "2026-09-14", "9/14/2026", "2026-09-14T12:00:00Z", "2026-09-14T12:00", "2026-09-14T14:00:00.001+02:00", "2026-09-15", "2026-09-16"];

    private static readonly string[] Zones = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Europe/Berlin"];
    private static readonly string[] Roundings = ["half-up", "half-even", "up", "down"];
    private static readonly string[] SecondsRoundings = ["up", "half-up", "down"];
    private static readonly string[] MissingRates = ["highest", "interstate", "intrastate", "indeterminate"];
    private static readonly string[] Rates = ["0", "0.01", "0.0035", "0.000000001", "-0.02", "1.5", "0.123456789", "40000"];

    private static readonly string[] Numbers =
        ["447712345678", "447", "4477", "44123", "33123456789", "3319", "12015551234", "12015559999", "12125551234", "17875551234", "19025551234",
         "19029991234", "18005551234", "15005551234", "1201", "911", "7", "0", "", "+447712345678", "999999999999999", "1234567890123456", "2015551234", "01144770000"];

    private static readonly string[] Anis = ["", "12015550000", "2125550000", "17875550000", "19025555555", "18005550000", "x", "447712345678", "+12015550000"];

    private readonly Random _random;
    private readonly string _zone;

    public RandomCarrier(int seed)
    {
        _random = new Random(seed);
        _zone = Of(Zones);
        Folder = Directory.CreateTempSubdirectory("perimeter-random-carrier-").FullName;
        Write("settings.csv", "name,value\ncurrency,USD");
        Write("relationships.csv", $"id,name,time_zone\n1,One,{Of(Zones)}\n2,Two,{Of(Zones)}");
        Write(
            "trunk_groups.csv",
            "id,name,relationship,direction,relation,numbering,tech_prefix,effective_date,expiration_date\n"
            + $"1,In,1,termination,customer,{Of(["e164", "nanp"])},{Of(["", "99#"])},{Of(["", "2026-09-14"])},\n"
            + $"2,Out,2,termination,vendor,{Of(["e164", "nanp"])},{Of(["", "5*"])},,{Of(["", "2026-09-14"])}");
        Write("trunks.csv", "id,name,trunk_group,address,port\n1,in-1,In,192.0.2.1,\n2,out-1,2,192.0.2.2,5060");
        Write("exchange_rates.csv", "id,currency,rate,effective_date,expiration_date\n1,EUR,1.158412345678,,2026-09-14\n2,EUR,0.000000000001,2026-09-15,");
        Write("assignments.csv", "id,trunk_group,class,deck,effective_date\n1,1,international,1,\n2,1,us_canada,2,\n3,2,international,3,\n4,2,us_canada,4," + Of(Dates));
        Write("decks.csv", Decks());
        for (int deck = 1; deck <= 4; deck++)
        {
            Write($"deck{deck}.csv", Rows(deck));
            Write($"deck{deck}-later.csv", Rows(deck));
        }
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>A call at one of the instants at which something changes, or a millisecond to either side.</summary>
    public CallRecord Call(int number)
    {
        long setupMs = new DateTimeOffset(2026, 9, 13, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() + (_random.Next(0, 97) * 3_600_000L / 2) + _random.Next(-1, 2);
        bool answered = _random.Next(4) > 0;
        long durationMs = _random.Next(6) switch { 0 => 0, 1 => 1, 2 => 999 + _random.Next(3), 3 => 59_999 + _random.Next(3), 4 => _random.Next(604_800_000), _ => _random.Next(400_000) };
        CallRecord record = new()
        {
            SwitchId = "s", CallId = number.ToString(CultureInfo.InvariantCulture), Final = _random.Next(5) > 0, SetupMs = setupMs,
            TrunkGroupA = Of(["In", "In", "1", "Nobody"]), TrunkGroupB = Of(["Out", "Out", "2", ""]), Ani = Of(Anis), Dnis = Of(["", "99#"]) + Of(Numbers),
            AniSent = Of(Anis), DnisSent = Of(["", "5*"]) + Of(Numbers), Lrn = Of(["", "", "12125550000", "2015555000", "15551", "19025550000"]),
            AnswerMs = answered ? setupMs + 5_000 : null, EndMs = setupMs + 5_000 + (answered ? durationMs : 0),
        };
        if (answered && _random.Next(3) == 0)
        {
            record.AnswerBMs = record.AnswerMs + _random.Next((int)Math.Min(durationMs, 1_000) + 1);
            record.EndBMs = _random.Next(2) == 0 ? null : record.EndMs + _random.Next(2_000);
        }

        return record;
    }

    private string Decks()
    {
        List<string> decks =
            ["id,name,direction,relation,type,files,time_zone,currency,rounding_digits,rounding,seconds_rounding,propagation_delay,grace,min_charge,rate_on,missing_rate,territories"];
        for (int deck = 1; deck <= 4; deck++)
        {
            decks.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{deck},Deck {deck},termination,{(deck <= 2 ? "customer" : "vendor")},{(deck % 2 == 1 ? "international-dialed" : "npanxx")},"
                + $"deck{deck}.csv;deck{deck}-later.csv,{(deck == 3 ? _zone : Of(Zones))},{Of(["USD", "EUR"])},{_random.Next(10)},{Of(Roundings)},{Of(SecondsRoundings)},"
                + $"{Of(["yes", "no"])},{Of(["0", "0", "3"])},{Of(["0", "0", "0.002"])},{Of(["lrn", "dnis"])},{Of(MissingRates)},{Of(["indeterminate", "interstate"])}"));
        }

        return string.Join('\n', decks);
    }

    private string Rows(int deck)
    {
        List<string> rows =
        [
            deck % 2 == 1
                ? "code,destination,initial,increment,connect_fee,initial_rate,effective_date,expiration_date,blocked,rate"
                : "code,destination,initial,increment,connect_fee,initial_rate,effective_date,expiration_date,blocked,interstate_rate,intrastate_rate,indeterminate_rate",
        ];
        int count = _random.Next(1, 25);
        for (int row = 0; row < count; row++)
        {
            string code = Of(deck % 2 == 1 ? Codes : UsCodes);
            int begin = _random.Next(Dates.Length);
            string expiration = begin < 3 && _random.Next(2) == 0 ? Of(["2026-09-14", "2026-09-15", "2026-09-15T12:00:00Z"]) : "";
            rows.Add(
                $"{code},{code} {row},{Of(["1", "6", "30", "60"])},{Of(["1", "6", "30", "60"])},{Of(["", "", "0.4"])},{Of(["", "", "0.2"])},{Dates[begin]},{expiration},"
                + $"{Of(["", "", "", "yes"])},{Of(Rates)}" + (deck % 2 == 1 ? "" : $",{Of(["", .. Rates])},{Of(["", .. Rates])}"));
        }

        return string.Join('\n', rows);
    }

    private string Of(IReadOnlyList<string> choices) => choices[_random.Next(choices.Count)];

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(Folder, file), content + "\n");
}
