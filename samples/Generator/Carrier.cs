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
        "id,name,relationship,direction,relation,numbering,tech_prefix,effective_date,expiration_date,country_code,national_prefix,international_prefix",
        "1,Northgate Premium,1,termination,customer,e164,,2025-01-01,,,,",
        "2,Northgate Value,1,termination,customer,e164,77#,2025-01-01,,,,",
        "3,Adria In,2,termination,customer,e164,,2025-01-01,,,,",
        "4,Adria CLI,2,termination,customer,e164,,2025-01-01,,,,",
        "5,Lusitel In,3,termination,customer,e164,,2025-03-01,,,,",
        "6,Prairie US,4,termination,customer,nanp,,2025-01-01,,,,",
        "7,Prairie World,4,termination,customer,nanp,,2025-01-01,,,,",
        "8,Baltic In,5,termination,customer,e164,,2025-06-15,,,,",
        "9,Harbor Dialer,6,termination,customer,nanp,,2025-01-01,,,,",
        "10,Harbor Agents,6,termination,customer,nanp,,2025-01-01,,,,",
        "11,Continental In,7,termination,customer,e164,,2025-01-01,,,,",
        "12,Continental Wholesale A,7,termination,customer,e164,9001*,2025-01-01,,,,",
        "13,Continental Wholesale B,7,termination,customer,e164,9002*,2025-01-01,,,,",
        "14,Sahara Direct,8,termination,vendor,e164,,2025-01-01,,,,",
        "15,Sahara Standard,8,termination,vendor,e164,5*,2025-01-01,,,,",
        "16,Gulf CLI,9,termination,vendor,e164,,2025-01-01,,,,",
        "17,Gulf Standard,9,termination,vendor,e164,66#,2025-01-01,,,,",
        "18,EuroRoute Gold,10,termination,vendor,e164,,2025-01-01,,,,",
        "19,EuroRoute Silver,10,termination,vendor,e164,,2025-01-01,,,,",
        "20,Pacific One,11,termination,vendor,e164,,2025-02-01,,,,",
        "21,Pacific Two,11,termination,vendor,e164,,2025-02-01,,,,",
        "22,Mountain East,12,termination,vendor,nanp,,2025-01-01,,,,",
        "23,Mountain West,12,termination,vendor,nanp,,2025-01-01,,,,",
        "24,Continental Out US,7,termination,vendor,e164,,2025-01-01,,,,",
        "25,Continental Out World,7,termination,vendor,e164,,2025-01-01,,,,",
        "26,Mountain Numbers,12,origination,vendor,e164,,2025-01-01,,,,",
        "27,EuroRoute Numbers,10,origination,vendor,e164,,2025-01-01,,,,",
        "28,Harbor Numbers,6,origination,customer,e164,,2025-01-01,,,,",
        "29,Northgate Numbers,1,origination,customer,e164,,2025-01-01,,,,",
        "30,Lusitel Legacy,3,termination,customer,e164,,2025-03-01,2026-09-16T18:00:00Z,,,",
        "31,Adria National,2,termination,customer,national,,2025-01-01,,385,0,00",
        "32,EuroRoute Origin,10,termination,vendor,e164,,2025-01-01,,,,",
        "33,Mountain LATA,12,termination,vendor,nanp,,2025-01-01,,,,",
        "34,Mountain Local,12,termination,vendor,nanp,,2025-01-01,,,,",
        "35,Continental Peering,7,termination,vendor,e164,,2025-01-01,,,,",
        "36,Adria Numbers,2,origination,customer,e164,,2025-01-01,,,,",
    ];

    // The one of Continental Wholesale B begins during the sample: until then, what it dials behind 00 is no number.
    public static readonly string[] Manipulations =
    [
        "id,trunk_group,header,place,search,replace,effective_date,expiration_date",
        "1,8,dnis,1,^00(.*)$,$1,2025-06-15,",
        @"2,8,ani,1,^(2\d{7})$,371$1,2025-06-15,",
        "3,13,dnis,1,^00(.*)$,$1,2026-09-14T12:00:00Z,",
        @"4,26,dnis,1,^([2-9]\d{9})$,1$1,2025-01-01,",
        @"5,11,dnis,1,^\*67(.*)$,$1,2025-01-01,",
        "6,11,dnis,2,^810(.*)$,$1,2025-01-01,",
    ];

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
