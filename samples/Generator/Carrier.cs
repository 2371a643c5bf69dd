namespace Perimeter.Generator;

/// <summary>The sample carrier: who its customers and vendors are, over which groups, by which decks.</summary>
internal static class Carrier
{
    public static readonly string[] Settings = ["name,value", "currency,USD", "time_zone,UTC"];

    public static readonly string[] Relationships =
    [
        "id,name,currency,time_zone,effective_date,expiration_date",
        "1,Northgate Telecom,USD,America/New_York,2025-01-01,",
        "2,Adria Voice,EUR,Europe/Zagreb,2025-01-01,",
        "3,Lusitel,EUR,Europe/Lisbon,2025-03-01,",
        "4,Prairie Calling,USD,America/Chicago,2025-01-01,",
        "5,Baltic Minutes,EUR,Europe/Riga,2025-06-15,",
        "6,Harbor Contact Centers,USD,America/Los_Angeles,2025-01-01,",
        "7,Continental Exchange,USD,America/New_York,2025-01-01,",
        "8,Sahara Transit,USD,Africa/Cairo,2025-01-01,",
        "9,Gulf Gateway,USD,Asia/Dubai,2025-01-01,",
        "10,EuroRoute,EUR,Europe/Berlin,2025-01-01,",
        "11,Pacific Carrier Services,USD,Asia/Singapore,2025-02-01,",
        "12,Mountain States Exchange,USD,America/Denver,2025-01-01,",
    ];

    public static readonly string[] TrunkGroups =
    [
        "id,name,relationship,direction,relation,numbering,tech_prefix,effective_date,expiration_date",
        "1,Northgate Premium,1,termination,customer,e164,,2025-01-01,",
        "2,Northgate Value,1,termination,customer,e164,77#,2025-01-01,",
        "3,Adria In,2,termination,customer,e164,,2025-01-01,",
        "4,Adria CLI,2,termination,customer,e164,,2025-01-01,",
        "5,Lusitel In,3,termination,customer,e164,,2025-03-01,",
        "6,Prairie US,4,termination,customer,nanp,,2025-01-01,",
        "7,Prairie World,4,termination,customer,nanp,,2025-01-01,",
        "8,Baltic In,5,termination,customer,e164,,2025-06-15,",
        "9,Harbor Dialer,6,termination,customer,nanp,,2025-01-01,",
        "10,Harbor Agents,6,termination,customer,nanp,,2025-01-01,",
        "11,Continental In,7,termination,customer,e164,,2025-01-01,",
        "12,Continental Wholesale A,7,termination,customer,e164,9001*,2025-01-01,",
        "13,Continental Wholesale B,7,termination,customer,e164,9002*,2025-01-01,",
        "14,Sahara Direct,8,termination,vendor,e164,,2025-01-01,",
        "15,Sahara Standard,8,termination,vendor,e164,5*,2025-01-01,",
        "16,Gulf CLI,9,termination,vendor,e164,,2025-01-01,",
        "17,Gulf Standard,9,termination,vendor,e164,66#,2025-01-01,",
        "18,EuroRoute Gold,10,termination,vendor,e164,,2025-01-01,",
        "19,EuroRoute Silver,10,termination,vendor,e164,,2025-01-01,",
        "20,Pacific One,11,termination,vendor,e164,,2025-02-01,",
        "21,Pacific Two,11,termination,vendor,e164,,2025-02-01,",
        "22,Mountain East,12,termination,vendor,nanp,,2025-01-01,",
        "23,Mountain West,12,termination,vendor,nanp,,2025-01-01,",
        "24,Continental Out US,7,termination,vendor,e164,,2025-01-01,",
        "25,Continental Out World,7,termination,vendor,e164,,2025-01-01,",
        "26,Mountain Numbers,12,origination,vendor,e164,,2025-01-01,",
        "27,EuroRoute Numbers,10,origination,vendor,e164,,2025-01-01,",
        "28,Harbor Numbers,6,origination,customer,e164,,2025-01-01,",
        "29,Northgate Numbers,1,origination,customer,e164,,2025-01-01,",
        "30,Lusitel Legacy,3,termination,customer,e164,,2025-03-01,2026-09-16T18:00:00Z",
    ];

    public static readonly string[] Decks =
    [
        "id,name,direction,relation,type,files,currency,time_zone,rounding_digits,rounding,seconds_rounding,propagation_delay,grace,min_charge,rate_on,missing_rate,territories",
        "1,A-Z Premium,termination,customer,international-dialed,decks/az-premium.csv,USD,America/New_York,6,half-up,up,no,0,0,lrn,highest,indeterminate",
        "2,A-Z Standard,termination,customer,international-dialed,decks/az-standard.csv;decks/az-standard-september.csv,USD,UTC,4,half-up,up,yes,0,0.001,lrn,highest,indeterminate",
        "3,A-Z Euro,termination,customer,international-dialed,decks/az-euro.csv,EUR,Europe/Zagreb,5,half-even,half-up,no,0,0,lrn,highest,indeterminate",
        "4,A-Z Africa Vendor,termination,vendor,international-dialed,decks/az-africa-vendor.csv,USD,Africa/Cairo,6,up,up,no,0,0,lrn,highest,indeterminate",
        "5,A-Z East Vendor,termination,vendor,international-dialed,decks/az-east-vendor.csv,USD,Asia/Singapore,6,half-up,down,no,2,0,lrn,highest,indeterminate",
        "6,A-Z Europe Vendor,termination,vendor,international-dialed,decks/az-europe-vendor.csv,EUR,Europe/Berlin,6,half-even,up,yes,0,0,lrn,highest,indeterminate",
        "7,US Standard,termination,customer,npanxx,decks/us-standard.csv,USD,America/Chicago,6,half-up,up,no,0,0,lrn,highest,indeterminate",
        "8,US Contact Center,termination,customer,npanxx,decks/us-contact-center.csv,USD,America/Los_Angeles,5,half-up,up,no,0,0.0005,dnis,interstate,interstate",
        "9,US Mountain Vendor,termination,vendor,npanxx,decks/us-mountain-vendor.csv,USD,America/Denver,6,half-up,up,no,0,0,lrn,highest,indeterminate",
        "10,US Continental Vendor,termination,vendor,npanxx,decks/us-continental-vendor.csv,USD,America/New_York,6,down,up,yes,0,0,lrn,intrastate,indeterminate",
        "11,Emergency,termination,customer,international-dialed,decks/emergency.csv,USD,UTC,2,half-up,up,no,0,0,lrn,highest,indeterminate",
        "12,Emergency Vendor,termination,vendor,international-dialed,decks/emergency-vendor.csv,USD,UTC,2,half-up,up,no,0,0,lrn,highest,indeterminate",
    ];

    // Lusitel moves to another deck in mid-sample; for two hours nobody had given Pacific Two a deck.
    private static readonly (int Group, string Class, int Deck, string Effective, string Expiration)[] AssignmentRows =
    [
        (1, "international", 1, "2026-01-01", ""), (1, "us_canada", 7, "2026-01-01", ""), (2, "international", 2, "2026-01-01", ""),
        (3, "international", 3, "2026-01-01", ""), (4, "international", 3, "2026-01-01", ""),
        (5, "international", 3, "2026-01-01", "2026-09-15T12:00:00Z"), (5, "international", 2, "2026-09-15T12:00:00Z", ""),
        (6, "us_canada", 7, "2026-01-01", ""), (6, "emergency", 11, "2026-01-01", ""),
        (7, "us_canada", 7, "2026-01-01", ""), (7, "international", 2, "2026-01-01", ""), (7, "emergency", 11, "2026-01-01", ""),
        (8, "international", 3, "2026-01-01", ""), (9, "us_canada", 8, "2026-01-01", ""), (9, "emergency", 11, "2026-01-01", ""),
        (10, "us_canada", 8, "2026-01-01", ""), (10, "international", 2, "2026-01-01", ""), (10, "emergency", 11, "2026-01-01", ""),
        (11, "us_canada", 7, "2026-01-01", ""), (11, "international", 1, "2026-01-01", ""), (12, "international", 1, "2026-01-01", ""),
        (13, "international", 2, "2026-01-01", ""), (14, "international", 4, "2026-01-01", ""), (15, "international", 4, "2026-01-01", ""),
        (16, "international", 5, "2026-01-01", ""), (17, "international", 5, "2026-01-01", ""), (18, "international", 6, "2026-01-01", ""),
        (19, "international", 6, "2026-01-01", ""), (20, "international", 5, "2026-01-01", ""),
        (21, "international", 5, "2026-01-01", "2026-09-15T20:00:00Z"), (21, "international", 5, "2026-09-15T22:00:00Z", ""),
        (22, "us_canada", 9, "2026-01-01", ""), (22, "emergency", 12, "2026-01-01", ""), (23, "us_canada", 9, "2026-01-01", ""),
        (24, "us_canada", 10, "2026-01-01", ""), (25, "us_canada", 10, "2026-01-01", ""), (25, "international", 6, "2026-01-01", ""),
        (30, "international", 3, "2026-01-01", ""),
    ];

    public static readonly string[] ExchangeRates =
    [
        "id,currency,rate,effective_date,expiration_date",
        "1,EUR,1.158412,,2026-09-14",
        "2,EUR,1.16012575,2026-09-15,2026-09-15",
        "3,EUR,1.159,2026-09-16,",
    ];

    public static readonly string[] EmergencyDeck = ["code,destination,rate,initial,increment,connect_fee", "911,Emergency,0,1,1,0.35", "933,Emergency Test,0,1,1,0.05"];

    public static readonly string[] EmergencyVendorDeck = ["code,destination,rate,initial,increment,connect_fee", "911,Emergency,0,1,1,0.25", "933,Emergency Test,0,1,1,0.02"];

    public static IEnumerable<string> Assignments() =>
        AssignmentRows
            .Select((row, index) => $"{index + 1},{row.Group},{row.Class},{row.Deck},{row.Effective},{row.Expiration}")
            .Prepend("id,trunk_group,class,deck,effective_date,expiration_date");

    /// <summary>Two trunks a group. The wholesale groups of Continental share their addresses and are told apart by tech prefix.</summary>
    public static IEnumerable<string> Trunks()
    {
        yield return "id,name,trunk_group,address,port,protocol,effective_date,expiration_date";
        foreach (string row in TrunkGroups.Skip(1))
        {
            string[] cells = row.Split(',');
            int group = int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture);
            int host = group == 13 ? 12 : group;
            for (int trunk = 1; trunk <= 2; trunk++)
            {
                string name = $"{cells[1].ToLowerInvariant().Replace(' ', '-')}-{trunk}";
                string port = trunk == 1 ? "5060" : "";
                string protocol = trunk == 1 ? "udp" : "";
                yield return $"{(group * 2) - 2 + trunk},{name},{group},192.0.2.{(host * 4) + trunk},{port},{protocol},,";
            }
        }
    }
}
