using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>
/// The carrier of these tests: one customer who calls from 127.0.0.2, two vendors, and what a call costs worked out by hand, without any code of the product.
/// </summary>
internal static class SipCarrier
{
    public const string Switch = "kam1";
    public const string Key = "of-these-tests-alone";

    /// <summary>Ids of the trunk groups.</summary>
    public const int Customer = 1;
    public const int VendorOne = 2;
    public const int VendorTwo = 3;

    /// <summary>Group and first digits of the number; rate a minute, seconds of the first unit and of each further one.</summary>
    private static readonly Dictionary<(int Group, string Code), (decimal Rate, int Initial, int Increment)> Prices = new()
    {
        [(Customer, "44")] = (0.0371m, 1, 1),
        [(Customer, "49")] = (0.0523m, 1, 1),
        [(VendorOne, "44")] = (0.0219m, 6, 6),
        [(VendorOne, "49")] = (0.0307m, 6, 6),
        [(VendorTwo, "44")] = (0.0263m, 30, 6),
        [(VendorTwo, "49")] = (0.0349m, 30, 6),
    };

    /// <summary>Numbers that calls go to, one after another, and from.</summary>
    public static readonly string[] Numbers = ["442079460000", "4915123456789", "442079460077"];

    /// <summary>What an answered call of so many milliseconds costs: every second begun, in units begun, a sixtieth of the rate each, rounded once to a millionth, halves up.</summary>
    public static decimal Charge(int group, string number, long ms)
    {
        (decimal rate, int initial, int increment) = Prices[(group, number[..2])];
        long seconds = (ms / 1000) + (ms % 1000 > 0 ? 1 : 0);
        long billed = seconds == 0 ? 0 : initial;
        while (billed < seconds)
        {
            billed += increment;
        }

        decimal millionths = rate * billed * 1_000_000m / 60m;
        decimal whole = decimal.Floor(millionths);
        return (millionths - whole >= 0.5m ? whole + 1 : whole) / 1_000_000m;
    }

    /// <summary>Writes the carrier folder.</summary>
    /// <param name="scratch">Gets it as "carrier".</param>
    /// <param name="logFolder">Where the switch's log is; empty where it posts.</param>
    /// <param name="longestSeconds">After how many seconds a call of the customer is suspect.</param>
    public static string Write(ScratchFolder scratch, string logFolder = "", int longestSeconds = 3600)
    {
        Directory.CreateDirectory(scratch["carrier"]);
        File.WriteAllText(scratch["numbers.csv"], "SEQUENTIAL\n" + string.Concat(Numbers.Select((number, i) => $"4477009001{i:00};{number}\n")));
        Write("relationships", "id,name", "1,Acme", "2,One", "3,Two");
        Write(
            "trunk_groups",
            "id,name,relationship,direction,relation,longest_duration",
            $"{Customer},Acme In,1,termination,customer,{longestSeconds}",
            $"{VendorOne},One Out,2,termination,vendor,",
            $"{VendorTwo},Two Out,3,termination,vendor,");
        Write("trunks", "id,name,trunk_group,address,port", "1,acme,1,127.0.0.2,", "2,vendor-one,2,127.0.0.1,5071", "3,vendor-two,3,127.0.0.1,5072");
        Write("decks", "id,name,direction,relation,type,files", "1,Acme,termination,customer,international-dialed,deck1.csv", "2,One,termination,vendor,international-dialed,deck2.csv", "3,Two,termination,vendor,international-dialed,deck3.csv");
        Write("assignments", "id,trunk_group,class,deck", "1,1,international,1", "2,2,international,2", "3,3,international,3");
        Write("switches", "id,name,type,folder,key", $"1,{Switch},kamailio,{logFolder},{Key}");
        foreach (int group in (int[])[Customer, VendorOne, VendorTwo])
        {
            Write($"deck{group}", ["code,rate,initial,increment", .. Prices.Where(price => price.Key.Group == group).Select(price => FormattableString.Invariant($"{price.Key.Code},{price.Value.Rate},{price.Value.Initial},{price.Value.Increment}"))]);
        }

        return scratch["carrier"];

        void Write(string table, params string[] lines) => File.WriteAllLines(Path.Combine(scratch["carrier"], table + ".csv"), lines);
    }
}
