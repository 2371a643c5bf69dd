using System.IO.Compression;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config.Tests;

public sealed class DeckFileTests
{
    [Fact]
    public void The_published_US_form_is_understood_as_it_is()
    {
        RateRow row = Only(
            """
            code,duration,increment,interrate,intrarate,ijrate,effective_date
            201555,6,6,0.0012,0.0025,0.0031,3/9/2026
            """,
            DeckType.Npanxx);
        Assert.Equal(E164.Parse("1201555"), row.Code);
        Assert.Equal("201555", row.CodeText);
        Assert.Equal(new BillingIncrement(6, 6), row.Increment);
        Assert.Equal((Rate.Parse("0.0012"), Rate.Parse("0.0025"), Rate.Parse("0.0031")), (row.Interstate, row.Intrastate, row.Indeterminate));
        Assert.Null(row.Rate);
        Assert.Equal(new Interval(Ms("2026-03-09T00:00Z"), Interval.EndlessMs), row.InForce);
    }

    [Theory]
    [InlineData("1201", "1201")]
    [InlineData("201", "1201")]
    [InlineData("1201555", "1201555")]
    [InlineData("201555", "1201555")]
    [InlineData("12015551", "12015551")]
    [InlineData("2015551", "12015551")]
    public void A_US_code_with_and_without_its_leading_1_is_one_code(string written, string meant)
    {
        RateRow row = Only($"code,rate\n{written},0.01\n", DeckType.Npanxx);
        Assert.Equal(E164.Parse(meant), row.Code);
        Assert.Equal(written, row.CodeText);
    }

    [Fact]
    public void Rows_by_LATA_and_OCN_have_both_or_either_or_none_and_stand_for_their_codes()
    {
        DeckFile deck = Read("LATA,OCN,interstate,intrastate\n224,9206,0.1,0.2\n,504e,0.1,\n00132,,0.1,\n,,0.1,\n", DeckType.LataOcn);
        Assert.Equal([("224", "9206", "224/9206"), ("", "504E", "/504e"), ("132", "", "00132/"), ("", "", "/")],
            deck.Rows.Select(row => (row.Lata.ToString(), row.Ocn.ToString(), row.CodeText)));
        Assert.Equal("103", Only("ocn,rate\n103,0.1\n", DeckType.Peering).CodeText);
        Assert.Equal("0103", Only("ocn,rate\n103,0.1\n", DeckType.Peering).Ocn.ToString());
    }

    [Theory]
    [InlineData("code,rate")]
    [InlineData("Code,Rate")]
    [InlineData("PREFIX,Price per Minute")]
    [InlineData(" dial-code , rate_per_min")]
    [InlineData("Destination Code,USD/min")]
    [InlineData("\uFEFFcode,\"rate\"")]
    public void Columns_go_by_their_common_names_whatever_their_case_and_spacing(string header) =>
        Assert.Equal(Rate.Parse("0.5"), Only($"{header}\n44,0.5\n").Rate);

    [Fact]
    public void Columns_stand_in_any_order_and_unknown_ones_are_noted()
    {
        DeckFile deck = Read("Rate;Vendor note;Country;Prefix\n0.5;x;France;33\n");
        RateRow row = Assert.Single(deck.Rows);
        Assert.Equal("France", deck.Destinations.Names[row.Destination.Value]);
        Assert.Equal("deck.csv:1: column Vendor note: not a known column, ignored", Assert.Single(deck.Notes).ToString());
    }

    [Fact]
    public void A_map_names_columns_that_no_common_name_fits()
    {
        var options = Options() with { Map = new Dictionary<string, string> { ["rate"] = "Neu" } };
        DeckFile deck = DeckFile.Read(Bytes("code,rate,Neu\n49,0.1,0.2\n"), "deck.csv", options);
        Assert.Equal(Rate.Parse("0.2"), Assert.Single(deck.Rows).Rate);
        Assert.Equal("deck.csv:1: column rate: not a known column, ignored", Assert.Single(deck.Notes).ToString());
    }

    [Fact]
    public void What_a_row_leaves_out_is_the_default()
    {
        RateRow row = Only("code,rate,initial,increment,connect_fee,initial_rate,effective_date,expiration_date,blocked\n44,0.1,,,,,,,\n");
        Assert.Equal(BillingIncrement.PerSecond, row.Increment);
        Assert.Equal(Money.Zero, row.ConnectFee);
        Assert.Null(row.InitialRate);
        Assert.Equal(Interval.Always, row.InForce);
        Assert.False(row.Blocked);
        Assert.Equal((1, 2), (row.Upload, row.Line));
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData("y", true)]
    [InlineData("Blocked", true)]
    [InlineData("no", false)]
    [InlineData("False", false)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void Blocked_is_said_in_many_words(string word, bool blocked) => Assert.Equal(blocked, Only($"code,rate,blocked\n44,0.1,{word}\n").Blocked);

    [Fact]
    public void A_blocked_row_needs_no_rate()
    {
        RateRow row = Only("code,rate,blocked\n44,,yes\n");
        Assert.True(row.Blocked);
        Assert.Null(row.Rate);
    }

    [Theory]
    [InlineData("50000")]
    [InlineData("-50000")]
    [InlineData("0")]
    [InlineData("0.000000001")]
    [InlineData("+0.5")]
    [InlineData("0.1000000000000")]
    [InlineData(".5")]
    [InlineData("123.456789012")]
    public void Rates_up_to_the_limits_are_exact(string text) => Assert.Equal(Rate.Parse(text), Only($"code,rate\n44,{text}\n").Rate);

    [Theory]
    // Midnight at the start of the day; where clocks are put forward at midnight, the first instant of the day.
    [InlineData("UTC", "2026-03-08", "2026-03-08T00:00Z")]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00Z")]
    [InlineData("America/New_York", "2026-03-09", "2026-03-09T04:00Z")]
    [InlineData("America/New_York", "11/1/2026", "2026-11-01T04:00Z")]
    [InlineData("America/New_York", "11/2/2026", "2026-11-02T05:00Z")]
    [InlineData("America/Asuncion", "2023-10-01", "2023-10-01T04:00Z")]
    [InlineData("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15Z")]
    [InlineData("America/New_York", "2026-07-01T08:30", "2026-07-01T12:30Z")]
    [InlineData("America/New_York", "2026-07-01 08:30:15.250", "2026-07-01T12:30:15.250Z")]
    [InlineData("America/New_York", "2026-07-01T08:30Z", "2026-07-01T08:30Z")]
    [InlineData("America/New_York", "2026-11-01T01:30-05:00", "2026-11-01T06:30Z")]
    public void An_effective_date_is_read_by_the_clock_of_the_deck(string zone, string written, string instant) =>
        Assert.Equal(new Interval(Ms(instant), Interval.EndlessMs), Only($"code,rate,effective_date\n44,0.1,{written}\n", zone: zone).InForce);

    [Theory]
    [InlineData("UTC", "2026-03-08", "2026-03-09T00:00Z")]
    [InlineData("America/New_York", "2026-03-08", "2026-03-09T04:00Z")]
    [InlineData("America/New_York", "3/7/2026", "2026-03-08T05:00Z")]
    [InlineData("America/New_York", "2026-11-01", "2026-11-02T05:00Z")]
    [InlineData("Europe/Riga", "2026-12-31", "2026-12-31T22:00Z")]
    [InlineData("Europe/Riga", "2026-12-31T10:00", "2026-12-31T08:00Z")]
    public void A_date_only_expiration_is_the_last_day_that_the_row_may_be_used(string zone, string written, string instant) =>
        Assert.Equal(new Interval(Interval.BeginningMs, Ms(instant)), Only($"code,rate,expiration_date\n44,0.1,{written}\n", zone: zone).InForce);

    [Fact]
    public void One_day_both_effective_and_last_is_in_force_for_that_day() =>
        Assert.Equal(
            new Interval(Ms("2026-11-01T04:00Z"), Ms("2026-11-02T05:00Z")),
            Only("code,rate,effective_date,expiration_date\n44,0.1,2026-11-01,2026-11-01\n", zone: "America/New_York").InForce);

    [Fact]
    public void A_gzip_file_of_several_members_reads_like_the_plain_one()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (FileStream file = File.Create(path))
            {
                foreach (string part in new[] { "code,rate\n44,0.1\n", "33,0.2\n" })
                {
                    using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
                    gzip.Write(Encoding.UTF8.GetBytes(part));
                }
            }

            using Stream stream = Csv.InputFile.OpenRead(path);
            Assert.Equal(["44", "33"], DeckFile.Read(stream, path, Options()).Rows.Select(row => row.CodeText));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Good_rows_are_there_beside_the_errors_of_the_others()
    {
        DeckFile deck = Read("code,rate\n44,0.1\n45,x\n46,0.3\n");
        Assert.Equal(["44", "46"], deck.Rows.Select(row => row.CodeText));
        Assert.Equal(4, deck.Rows[1].Line);
        Assert.Single(deck.Errors);
    }

    [Fact]
    public void Destinations_of_several_files_share_their_numbers()
    {
        var destinations = new DestinationList(["", "France"]);
        DeckReadOptions options = Options() with { Destinations = destinations };
        RateRow one = DeckFile.Read(Bytes("code,rate,destination\n49,0.1,Germany\n"), "a.csv", options).Rows[0];
        RateRow two = DeckFile.Read(Bytes("code,rate,destination\n33,0.1,France\n49,0.1,Germany\n44,0.1,\n"), "b.csv", options).Rows[1];
        Assert.Equal((2, 2), (one.Destination.Value, two.Destination.Value));
        Assert.Equal(["", "France", "Germany"], destinations.Names);
    }

    private static RateRow Only(string content, DeckType type = DeckType.InternationalDialed, string zone = "UTC")
    {
        DeckFile deck = DeckFile.Read(Bytes(content), "deck.csv", Options(type, zone));
        Assert.Empty(deck.Errors);
        return Assert.Single(deck.Rows);
    }

    [Fact]
    public void A_row_of_several_origins_is_a_row_for_each()
    {
        DeckFile deck = DeckFile.Read(Bytes("code,origin,rate\n44,33; 49 ;Unknown,0.1\n49,,0.2\n"), "deck.csv", Options(DeckType.OriginBased));
        Assert.Empty(deck.Errors);
        Assert.Equal(
            [("44", "33", 2), ("44", "49", 2), ("44", "unknown", 2), ("49", "any", 3)],
            deck.Rows.Select(row => (row.CodeText, row.Origin.ToString(), row.Line)));
    }

    private static DeckFile Read(string content, DeckType type = DeckType.InternationalDialed) => DeckFile.Read(Bytes(content), "deck.csv", Options(type));

    private static DeckReadOptions Options(DeckType type = DeckType.InternationalDialed, string zone = "UTC") =>
        new() { Settings = new RateDeckSettings { Type = type, TimeZone = zone } };

    private static MemoryStream Bytes(string content) => new(Encoding.UTF8.GetBytes(content));

    private static long Ms(string iso) => DateTimeOffset.Parse(iso, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
