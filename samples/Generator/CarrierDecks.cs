namespace Perimeter.Generator;

/// <summary>The decks of the sample carrier and who is rated by them.</summary>
internal static class CarrierDecks
{
    public static readonly string[] Decks =
    [
        "id,name,direction,relation,type,files,currency,time_zone,rounding_digits,rounding,seconds_rounding,propagation_delay,grace,min_charge,rate_on,missing_rate,territories,location,payphone_surcharge",
        "1,A-Z Premium,termination,customer,international-dialed,decks/az-premium.csv,USD,America/New_York,6,half-up,up,no,0,0,lrn,highest,indeterminate,,",
        "2,A-Z Standard,termination,customer,international-dialed,decks/az-standard.csv;decks/az-standard-september.csv,USD,UTC,4,half-up,up,yes,0,0.001,lrn,highest,indeterminate,,",
        "3,A-Z Euro,termination,customer,international-dialed,decks/az-euro.csv,EUR,Europe/Zagreb,5,half-even,half-up,no,0,0,lrn,highest,indeterminate,,",
        "4,A-Z Africa Vendor,termination,vendor,international-dialed,decks/az-africa-vendor.csv,USD,Africa/Cairo,6,up,up,no,0,0,lrn,highest,indeterminate,,",
        "5,A-Z East Vendor,termination,vendor,international-dialed,decks/az-east-vendor.csv,USD,Asia/Singapore,6,half-up,down,no,2,0,lrn,highest,indeterminate,,",
        "6,A-Z Europe Vendor,termination,vendor,international-dialed,decks/az-europe-vendor.csv,EUR,Europe/Berlin,6,half-even,up,yes,0,0,lrn,highest,indeterminate,,",
        "7,US Standard,termination,customer,npanxx,decks/us-standard.csv,USD,America/Chicago,6,half-up,up,no,0,0,lrn,highest,indeterminate,,",
        "8,US Contact Center,termination,customer,npanxx,decks/us-contact-center.csv,USD,America/Los_Angeles,5,half-up,up,no,0,0.0005,dnis,interstate,interstate,,",
        "9,US Mountain Vendor,termination,vendor,npanxx,decks/us-mountain-vendor.csv,USD,America/Denver,6,half-up,up,no,0,0,lrn,highest,indeterminate,,",
        "10,US Continental Vendor,termination,vendor,npanxx,decks/us-continental-vendor.csv,USD,America/New_York,6,down,up,yes,0,0,lrn,intrastate,indeterminate,,",
        "11,Emergency,termination,customer,international-dialed,decks/emergency.csv,USD,UTC,2,half-up,up,no,0,0,lrn,highest,indeterminate,,",
        "12,Emergency Vendor,termination,vendor,international-dialed,decks/emergency-vendor.csv,USD,UTC,2,half-up,up,no,0,0,lrn,highest,indeterminate,,",
        "13,A-Z Origin,termination,customer,origin-based,decks/az-origin.csv,EUR,Europe/Zagreb,5,half-even,up,no,0,0,lrn,highest,indeterminate,,",
        "14,A-Z Origin Vendor,termination,vendor,origin-based,decks/az-origin-vendor.csv,EUR,Europe/Berlin,6,half-up,up,yes,0,0,lrn,highest,indeterminate,,",
        "15,US LATA Vendor,termination,vendor,lata-ocn,decks/us-lata-vendor.csv,USD,America/Denver,6,up,up,no,0,0,lrn,highest,indeterminate,,",
        "16,US Local Vendor,termination,vendor,local,decks/us-local-vendor.csv,USD,America/Denver,6,half-up,up,no,0,0,lrn,highest,indeterminate,,",
        "17,US Peering,termination,vendor,peering,decks/us-peering.csv,USD,America/New_York,7,down,up,no,0,0,lrn,highest,indeterminate,,",
        "18,DID Standard,origination,customer,did,decks/did-standard.csv,USD,America/Los_Angeles,4,half-up,up,no,0,0,lrn,highest,indeterminate,us-canada,",
        "19,DID Value,origination,customer,did,decks/did-value.csv,USD,America/New_York,6,half-even,half-up,no,0,0,lrn,highest,indeterminate,us-canada,",
        "20,DID Mountain,origination,vendor,did,decks/did-mountain.csv,USD,America/Denver,6,half-up,up,no,0,0,lrn,highest,indeterminate,us-canada,",
        "21,DID World,origination,customer,did,decks/did-world.csv,EUR,Europe/Zagreb,5,half-up,up,no,0,0.001,lrn,highest,indeterminate,international,",
        "22,DID EuroRoute,origination,vendor,did,decks/did-euroroute.csv,EUR,Europe/Berlin,6,half-up,up,no,0,0,lrn,highest,indeterminate,international,",
        "23,Toll-free Standard,origination,customer,toll-free,decks/tollfree-standard.csv,USD,America/Los_Angeles,6,half-up,up,no,0,0,lrn,interstate,interstate,us-canada,0.49",
        "24,Toll-free Flat,origination,customer,toll-free,decks/tollfree-flat.csv,USD,America/New_York,4,half-up,up,no,0,0,lrn,highest,indeterminate,us-canada,0.55",
        "25,Toll-free Mountain,origination,vendor,toll-free,decks/tollfree-mountain.csv,USD,America/Denver,6,half-up,up,no,0,0,lrn,highest,indeterminate,us-canada,0.3",
        "26,Freephone World,origination,customer,toll-free,decks/freephone-world.csv,EUR,Europe/Zagreb,5,half-up,up,no,0,0,lrn,highest,indeterminate,international,",
        "27,Freephone EuroRoute,origination,vendor,toll-free,decks/freephone-euroroute.csv,EUR,Europe/Berlin,6,half-up,up,no,0,0,lrn,highest,indeterminate,international,",
        "28,Toll-free Outbound,termination,customer,toll-free,decks/tollfree-outbound.csv,USD,UTC,6,half-up,up,no,0,0,lrn,highest,indeterminate,us-canada,",
        "29,Toll-free Outbound Vendor,termination,vendor,toll-free,decks/tollfree-outbound-vendor.csv,USD,UTC,6,half-even,up,no,0,0,lrn,highest,indeterminate,us-canada,",
    ];

    // Lusitel and Adria CLI move to another deck in mid-sample; for two hours nobody had given Pacific Two a deck.
    private static readonly (int Group, string Class, int Deck, string Effective, string Expiration)[] AssignmentRows =
    [
        (1, "international", 1, "2026-01-01", ""), (1, "us_canada", 7, "2026-01-01", ""), (2, "international", 2, "2026-01-01", ""),
        (3, "international", 3, "2026-01-01", ""), (4, "international", 3, "2026-01-01", "2026-09-16T06:00:00Z"),
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
        (30, "international", 3, "2026-01-01", ""), (4, "international", 13, "2026-09-16T06:00:00Z", ""), (31, "international", 13, "2026-01-01", ""),
        (32, "international", 14, "2026-01-01", ""), (33, "us_canada", 15, "2026-01-01", ""), (34, "us_canada", 16, "2026-01-01", ""),
        (35, "us_canada", 17, "2026-01-01", ""), (28, "did", 18, "2026-01-01", ""), (29, "did", 19, "2026-01-01", ""), (26, "did", 20, "2026-01-01", ""),
        (36, "did", 21, "2026-01-01", ""), (27, "did", 22, "2026-01-01", ""), (28, "toll_free", 23, "2026-01-01", ""), (29, "toll_free", 24, "2026-01-01", ""),
        (26, "toll_free", 25, "2026-01-01", ""), (36, "toll_free", 26, "2026-01-01", ""), (27, "toll_free", 27, "2026-01-01", ""),
        (7, "toll_free", 28, "2026-01-01", ""), (1, "toll_free", 28, "2026-01-01", ""), (22, "toll_free", 29, "2026-01-01", ""),
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
}
