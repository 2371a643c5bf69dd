using Perimeter.Domain;

namespace Perimeter.Config.Tests;

public sealed class CarrierFolderTests
{
    [Fact]
    public void A_good_folder_becomes_a_configuration_with_its_defaults()
    {
        using var carrier = new CarrierDirectory();
        RatingConfig config = Good(carrier);
        Assert.Equal(CurrencyCode.Usd, config.SystemCurrency);
        Assert.Equal(new RelationshipConfig(new(1), "Acme", CurrencyCode.Usd, "America/New_York", Interval.Always), config.Relationships[0]);
        Assert.Equal(
            new TrunkGroupConfig(new(2), "Baltic out", new(2), Direction.Termination, Relation.Vendor, NumberingForm.E164, "7788#", Interval.Always),
            config.TrunkGroups[1]);
        Assert.Equal(new TrunkConfig(new(1), "acme-1", new(1), "192.0.2.1", 5060, "", Interval.Always), config.Trunks[0]);
        Assert.Equal(new DeckAssignmentConfig(1, new(1), CallClass.International, new(1), Interval.Always), config.Assignments[0]);
        Assert.Equal(EmergencyNumberConfig.Defaults, config.EmergencyNumbers);
        Assert.Equal(["", "United Kingdom", "Latvia", "Latvia Mobile"], config.DestinationNames);
        RateDeckConfig deck = config.Decks[0];
        Assert.Equal((new RateDeckId(1), "Acme A-Z", Direction.Termination, Relation.Customer, Interval.Always), (deck.Id, deck.Name, deck.Direction, deck.Relation, deck.InForce));
        Assert.Equal(new RateDeckSettings { Type = DeckType.InternationalDialed, TimeZone = "America/New_York" }, deck.Settings);
    }

    [Fact]
    public void A_national_form_has_its_prefixes_and_00_where_none_is_given()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write(
            "trunk_groups.csv",
            "id,name,relationship,direction,relation,numbering,country_code,national_prefix,international_prefix\n"
            + "1,Acme in,1,termination,customer,national,371,,\n2,Baltic out,2,termination,vendor,national,7,8,810\n");
        Assert.Equal([new NationalForm("371", "", "00"), new NationalForm("7", "8", "810")], Good(carrier).TrunkGroups.Select(group => group.National));
    }

    [Fact]
    public void Switches_are_read_with_what_their_records_need()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write(
            "switches.csv",
            "id,name,type,folder,files,unfinished,archive,time_zone,key,listen,topic,mapping,delimiter\n"
            + "1,fs-1,FreeSWITCH,,,,,,0123456789abcdef,,,,\n"
            + "2,flat,csv,/var/cdr/flat,*.txt|*.cdr,*.part,/var/cdr/done,Europe/Riga,,,,ani=From | switch_id:=old,semicolon\n"
            + "3,osips,opensips,,,,,,,127.0.0.1:9120,cdrs,,\n");
        IReadOnlyList<SwitchConfig> switches = Good(carrier).Switches;
        Assert.Equal(new SwitchConfig(1, "fs-1", SwitchType.FreeSwitch) { Key = "0123456789abcdef", Mapping = switches[0].Mapping }, switches[0]);
        Assert.Equal(
            new SwitchConfig(2, "flat", SwitchType.Csv)
            {
                Folder = "/var/cdr/flat", Files = "*.txt|*.cdr", Unfinished = "*.part", Archive = "/var/cdr/done", TimeZone = "Europe/Riga", Mapping = switches[1].Mapping,
                Delimiter = ';',
            },
            switches[1]);
        Assert.Equal(["ani=From", "switch_id:=old"], switches[1].Mapping);
        Assert.Equal(("127.0.0.1:9120", "cdrs"), (switches[2].Listen, switches[2].Topic));
    }

    [Fact]
    public void A_trunk_group_has_four_hours_as_its_longest_duration_unless_it_states_another()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write(
            "trunk_groups.csv",
            "id,name,relationship,direction,relation,longest_duration\n1,Acme in,1,termination,customer,\n2,Baltic out,2,termination,vendor,7200\n");
        Assert.Equal([14_400, 7200], Good(carrier).TrunkGroups.Select(group => group.LongestSeconds));
    }

    [Fact]
    public void Manipulations_are_read_with_their_dates_by_the_clock_of_the_Relationship()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write("manipulations.csv", "id,trunk_group,header,place,search,replace,effective_date\n7,Acme in,ani,2,^0(.*)$,44$1,2026-03-08\n8,1,dnis,,x,,\n");
        Assert.Equal(
            [
                new ManipulationConfig(7, new(1), NumberHeader.Ani, 2, "^0(.*)$", "44$1", new Interval(Ms("2026-03-08T05:00Z"), Interval.EndlessMs)),
                new ManipulationConfig(8, new(1), NumberHeader.Dnis, 1, "x", "", Interval.Always),
            ],
            Good(carrier).Manipulations);
    }

    [Fact]
    public void Reference_data_are_read_with_their_dates_by_the_clock_of_the_carrier()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write("settings.csv", "name,value\ntime_zone,America/New_York\n");
        carrier.Write("reference.csv", "npanxx,region,lata,ocn,rate_center,effective_date\n201333,nj,224,9206,JERSEYCITY,2026-03-08\n12013331,,,103,,\n");
        Assert.True(Ocn.TryParse("9206"u8, out Ocn first) & Ocn.TryParse("0103"u8, out Ocn second));
        Assert.Equal(
            [
                new ReferenceRow(E164.Parse("1201333"), "NJ", new Lata(224), first, "JERSEYCITY", new Interval(Ms("2026-03-08T05:00Z"), Interval.EndlessMs), 2),
                new ReferenceRow(E164.Parse("12013331"), "", default, second, "", Interval.Always, 3),
            ],
            Good(carrier).ReferenceData);
    }

    [Fact]
    public void A_deck_reads_its_dates_by_the_clock_of_the_Relationships_it_is_assigned_to()
    {
        using var carrier = new CarrierDirectory();
        // 2026-03-08 begins at 05:00 UTC in New York.
        Assert.Equal(Ms("2026-03-08T05:00Z"), Good(carrier).Decks[0].Rows[1].InForce.FromMs);
    }

    [Fact]
    public void Dates_of_trunk_groups_and_assignments_go_by_the_clock_of_their_Relationship()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write("assignments.csv", "id,trunk_group,class,deck,effective_date,expiration_date\n1,1,international,1,2026-03-08,2026-11-01\n2,2,international,2,3/29/2026,\n");
        RatingConfig config = Good(carrier);
        Assert.Equal(new Interval(Ms("2026-03-08T05:00Z"), Ms("2026-11-02T05:00Z")), config.Assignments[0].InForce);
        Assert.Equal(Ms("2026-03-28T22:00Z"), config.Assignments[1].InForce.FromMs);
    }

    [Fact]
    public void Uploads_of_a_deck_follow_one_another_and_are_its_versions()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write("decks/march.csv", "code,rate,effective_date\n44,0.03,2026-03-01\n");
        carrier.Write("decks.csv", (carrier.Read("decks.csv")).Replace("decks/acme.csv", "decks/acme.csv; decks/march.csv", StringComparison.Ordinal));
        Assert.Equal([("44", 1, 2), ("371", 1, 3), ("44", 2, 2)], Good(carrier).Decks[0].Rows.Select(row => (row.CodeText, row.Upload, row.Line)));
    }

    [Fact]
    public void Settings_and_other_currencies_are_read()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write("settings.csv", "name,value\ncurrency,EUR\ntime_zone,Europe/Riga\n");
        carrier.Write("exchange_rates.csv", "id,currency,rate,effective_date\n1,GBP,1.15,2026-01-01\n");
        carrier.Write(
            "decks.csv",
            """
            id,name,direction,relation,type,files,currency,effective_date,rounding_digits,rounding,seconds_rounding,propagation_delay,grace,min_charge,rate_on,missing_rate,territories,time_zone
            1,Acme A-Z,termination,customer,international-dialed,decks/acme.csv,GBP,2026-01-01T00:00Z,4,half-even,down,yes,3,0.01,dnis,interstate,interstate,UTC
            2,Baltic A-Z,termination,vendor,international-dialed,decks/baltic.csv,,,,,,,,,,,,

            """);
        RatingConfig config = Good(carrier);
        Assert.Equal(CurrencyCode.Parse("EUR"), config.SystemCurrency);
        Assert.Equal(new ExchangeRateConfig(1, CurrencyCode.Parse("GBP"), new ExchangeRate(1_150_000_000_000), new(Ms("2025-12-31T22:00Z"), Interval.EndlessMs)), config.ExchangeRates[0]);
        Assert.Equal(
            new RateDeckSettings
            {
                Type = DeckType.InternationalDialed,
                Currency = CurrencyCode.Parse("GBP"),
                TimeZone = "UTC",
                RoundingDigits = 4,
                Rounding = RoundingMethod.HalfEven,
                SecondsRounding = SecondsRounding.Down,
                PropagationDelay = true,
                GraceSeconds = 3,
                MinimumCharge = Money.Parse("0.01"),
                RateOn = RateOn.Dnis,
                MissingRate = MissingRatePolicy.Interstate,
                Territories = TerritoryPolicy.Interstate,
            },
            config.Decks[0].Settings);
        Assert.Equal(CurrencyCode.Parse("EUR"), config.Decks[1].Settings.Currency);
    }

    [Fact]
    public void Incoming_groups_may_share_an_address_with_a_tech_prefix_each()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write(
            "trunk_groups.csv",
            "id,name,relationship,direction,relation,tech_prefix\n1,Acme in,1,termination,customer,11#\n2,Baltic out,2,termination,vendor,\n3,Acme two,1,termination,customer,12#\n");
        carrier.Write("trunks.csv", "id,name,trunk_group,address\n1,a,1,192.0.2.1\n2,b,3,192.0.2.1\n");
        Assert.Equal(3, Good(carrier).TrunkGroups.Count);
    }

    [Fact]
    public void Files_that_nothing_uses_and_columns_that_nobody_knows_are_noted()
    {
        using var carrier = new CarrierDirectory();
        carrier.Write("decks/old.csv", "code,rate\n");
        carrier.Write("relationships.csv", "id,name,time_zone,account manager\n1,Acme,America/New_York,Ann\n2,Baltic,Europe/Riga,Bob\n");
        CarrierFolder folder = CarrierFolder.Read(carrier.Folder);
        Assert.Empty(folder.Errors);
        Assert.Equal(
            ["relationships.csv:1: column account manager: not a known column, ignored", "decks/old.csv: is no file of a carrier folder and no deck names it, ignored"],
            folder.Notes.Select(note => note.ToString()));
    }

    private static RatingConfig Good(CarrierDirectory carrier)
    {
        CarrierFolder folder = CarrierFolder.Read(carrier.Folder, new ConfigRevision(1));
        Assert.Empty(folder.Errors);
        Assert.NotNull(folder.Snapshot);
        return folder.Config!;
    }

    private static long Ms(string iso) => DateTimeOffset.Parse(iso, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
