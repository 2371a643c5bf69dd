using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>The files of session border controllers: Ribbon and Sansay, built from their documents.</summary>
public sealed class BorderControllerTests(ITestOutputHelper output)
{
    private static readonly SwitchConfig Ribbon = new(1, "sbc1", SwitchType.RibbonAct) { TimeZone = "UTC" };
    private static readonly SwitchConfig Sansay = new(2, "vsx1", SwitchType.Sansay);

    [Theory]
    [InlineData("ribbon/1000A5E.ACT")]
    [InlineData("ribbon/bad.ACT")]
    public void Every_record_of_Ribbon_becomes_what_the_golden_file_says(string name) => GoldenFiles.Assert(name, Ribbon);

    [Theory]
    [InlineData("sansay/cdr-1.cdr")]
    [InlineData("sansay/bad.cdr")]
    public void Every_record_of_Sansay_becomes_what_the_golden_file_says(string name) => GoldenFiles.Assert(name, Sansay);

    [Fact]
    public void Ribbon_without_a_zone_is_refused_with_the_setting_to_change()
    {
        CallFileException refused = Assert.Throws<CallFileException>(() => GoldenFiles.Open(Fixture.Bytes("ribbon/1000A5E.ACT"), Ribbon with { TimeZone = "" }));
        Assert.Equal("its times are local, and of which zone they do not say: set the column time_zone of switches.csv to the zone of the SBC", refused.Reason);
    }

    [Fact]
    public void A_call_of_Ribbon_over_a_change_of_the_clocks_lasts_as_long_as_its_ticks_say()
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out _), "This machine has no time zone data (package tzdata).");
        string row = Fixture.Text("ribbon/1000A5E.ACT").Split('\n').Single(line => line.Contains("10/26/2024", StringComparison.Ordinal));

        // Set up at 01:59:59.9 summer time, ended an hour on by the ticks: at 01:59:59.9 by the clock of the wall, for clocks went back, but an hour later.
        string back = row.Replace("10/26/2024,23:59:59.9", "10/27/2024,01:29:59.9", StringComparison.Ordinal).Replace("10/27/2024,00:59:59.9", "10/27/2024,02:29:59.9", StringComparison.Ordinal)
            .Replace(",358800,", ",718800,", StringComparison.Ordinal);
        GoldenFiles.Read(Encoding.UTF8.GetBytes(back), Ribbon with { TimeZone = "Europe/Berlin" }, (_, intake) =>
        {
            CallEvent call = Reading.Only(intake);
            Assert.Equal((7_188_000, "2024-10-26T23:29:59.9000000+00:00"), (call.RawMsA, DateTimeOffset.FromUnixTimeMilliseconds(call.SetupMs).ToString("O")));
        });
    }

    [Fact]
    public void Minutes_west_of_Greenwich_are_added()
    {
        SansayTime time = new();
        Assert.True(time.TryRead("Mon Dec 15 11:38:34 2003"u8, 480, out long west));
        Assert.Equal(new DateTimeOffset(2003, 12, 15, 11, 38, 34, TimeSpan.FromHours(-8)).ToUnixTimeMilliseconds(), west);
        Assert.True(time.TryRead("Mon Dec  1 11:38:34 2003"u8, -330, out long east));
        Assert.Equal(new DateTimeOffset(2003, 12, 1, 11, 38, 34, new TimeSpan(5, 30, 0)).ToUnixTimeMilliseconds(), east);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Times_of_Sansay_on_a_few_days_in_turn_are_those_that_they_say(int seed)
    {
        // A day that is known must not be taken for another, nor a day that is none be known.
        Random random = new(seed);
        DateTime[] days = [.. Enumerable.Range(0, 4).Select(_ => new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(random.Next(20_000)))];
        SansayTime time = new();
        for (int i = 0; i < 500; i++)
        {
            DateTime clock = days[random.Next(days.Length)].AddSeconds(random.Next(86_400));
            string day = (random.Next(8), clock.Day) switch { (0, < 10) => $"0{clock.Day}", (1, _) => $"{clock.Day}", (2, _) => "32", _ => $"{clock.Day,2}" };
            string gap = random.Next(8) == 0 ? "  " : " ";
            string text = string.Create(CultureInfo.InvariantCulture, $"{clock:ddd MMM} {day}{gap}{clock:HH:mm:ss yyyy}");
            int west = random.Next(-720, 720);
            bool isTime = time.TryRead(Encoding.UTF8.GetBytes(text), west, out long utcMs);
            Assert.True(isTime == (day != "32"), text);
            Assert.True(!isTime || utcMs == new DateTimeOffset(clock).ToUnixTimeMilliseconds() + (west * 60_000L), text);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mon Dec 15 11:38:34")]
    [InlineData("Mon Dec 15 11:38:34 2003 PST")]
    [InlineData("Mon Dec 32 11:38:34 2003")]
    [InlineData("Mon Dez 15 11:38:34 2003")]
    [InlineData("Mon anF 15 11:38:34 2003")]
    [InlineData("Mon Dec 15 24:38:34 2003")]
    [InlineData("Mon Dec 15 11:60:34 2003")]
    [InlineData("Mon Dec 15 11:38:60 2003")]
    [InlineData("Mon Dec 15 1a:38:34 2003")]
    [InlineData("Mon Dec 15 11:38:34 20z3")]
    [InlineData("Mon Dec 31 24:00:00 9998")]
    [InlineData("Mon Dec 15 11-38-34 2003")]
    public void What_is_no_time_of_Sansay_is_none(string text) => Assert.False(new SansayTime().TryRead(Encoding.UTF8.GetBytes(text), 0, out _));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Times_of_Ribbon_on_a_few_days_in_turn_are_those_that_they_say(int seed)
    {
        Random random = new(seed);
        DateTime[] days = [.. Enumerable.Range(0, 4).Select(_ => new DateTime(2000, 1, 1).AddDays(random.Next(20_000)))];
        RibbonTime time = new();
        byte[] iso = new byte[RibbonTime.IsoBytes];
        for (int i = 0; i < 500; i++)
        {
            DateTime clock = days[random.Next(days.Length)].AddMilliseconds(random.Next(864_000) * 100);
            Assert.True(time.TryWrite(Text(clock, "MM/dd/yyyy"), Text(clock, "HH:mm:ss.f"), iso, out long wallMs));
            Assert.Equal(clock.ToString("yyyy-MM-ddTHH:mm:ss.f", CultureInfo.InvariantCulture), Encoding.UTF8.GetString(iso));
            Assert.Equal(clock.Ticks / TimeSpan.TicksPerMillisecond, wallMs);
        }

        static byte[] Text(DateTime clock, string format) => Encoding.UTF8.GetBytes(clock.ToString(format, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("02/30/2025", "11:00:00.1")]
    [InlineData("13/01/2025", "11:00:00.1")]
    [InlineData("00/01/2025", "11:00:00.1")]
    [InlineData("01/01/0000", "11:00:00.1")]
    [InlineData("01-01-2025", "11:00:00.1")]
    [InlineData("01/01/25", "11:00:00.1")]
    [InlineData("01/01/+025", "11:00:00.1")]
    [InlineData("06/15/2025", "24:00:00.0")]
    [InlineData("06/15/2025", "11:60:00.1")]
    [InlineData("06/15/2025", "11:00:60.1")]
    [InlineData("06/15/2025", "11:00:00.x")]
    [InlineData("06/15/2025", "11:00:00,1")]
    [InlineData("06/15/2025", "11:00:00.12")]
    [InlineData("06/15/2025", "1a:00:00.1")]
    [InlineData("06/15/2025", "11-00-00.1")]
    [InlineData("06/15/2025", "")]
    [InlineData("", "11:00:00.1")]
    public void What_is_no_time_of_Ribbon_is_none(string date, string clock)
    {
        RibbonTime time = new();
        byte[] iso = new byte[RibbonTime.IsoBytes];
        Assert.True(time.TryWrite("06/15/2025"u8, "11:00:00.1"u8, iso, out _));
        Assert.False(time.TryWrite(Encoding.UTF8.GetBytes(date), Encoding.UTF8.GetBytes(clock), iso, out _));
    }

    [Fact]
    public void The_final_attempt_of_Sansay_has_the_same_key_wherever_reading_begins()
    {
        string[] rows = [.. Fixture.Text("sansay/cdr-1.cdr").Split('\n')[..3].Select(row => row + "\n")];
        var expected = new List<(ushort, bool)> { (2, false), (3, false), (1, true) };
        int offset = 0;
        for (int skipped = 0; skipped < rows.Length; skipped++)
        {
            IFileRecords records = GoldenFiles.Open(Encoding.UTF8.GetBytes(string.Concat(rows)), Sansay);
            CallIntake intake = GoldenFiles.Intake(Sansay);
            records.SkipTo(offset, skipped + 1);
            while (records.ReadRecord(intake))
            {
            }

            Assert.Equal(expected.Skip(skipped), intake.EventsOf(0).Events.ToArray().Select(call => (call.Attempt, call.Final)));
            offset += rows[skipped].Length;
        }
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 3, 3)]
    [InlineData(2, 3, 1)]
    public void A_record_of_Sansay_that_is_replayed_alone_never_takes_the_key_of_the_final_one(int row, int putAsideAs, int attempt)
    {
        SwitchReplay replay = SwitchReplay.Of(Sansay, 1, new IngestLimits(), new FakeTimeProvider(Reading.Now), zone: null);
        replay.Intake.Begin("replay", FrameSource.None);
        Assert.Null(replay.Read(new PutAsideEvent
        {
            Id = 1,
            Reason = QuarantineReason.Invalid,
            Times = 1,
            Source = "switch:vsx1:cdr-1.cdr",
            Attempt = new CallAttempt("vsx1", "181-1071459514@192.0.2.9", putAsideAs),
            Content = Encoding.UTF8.GetBytes(Fixture.Text("sansay/cdr-1.cdr").Split('\n')[row]),
        }));
        Assert.Equal(attempt, Reading.Only(replay.Intake).Attempt);
    }

    [Fact]
    public void Damaged_files_lose_nothing_and_end_nothing()
    {
        Damage.NeverLoses([Fixture.Bytes("ribbon/1000A5E.ACT")], (content, intake) => DamagedFiles.Read(content, Ribbon, intake), output, rounds: 1000);
        Damage.NeverLoses([Fixture.Bytes("sansay/cdr-1.cdr")], (content, intake) => DamagedFiles.Read(content, Sansay, intake), output, rounds: 1000);
    }

    [Fact]
    public void Reading_allocates_next_to_nothing_for_a_record()
    {
        const int rows = 500;
        string[] stops = [.. Fixture.Text("ribbon/1000A5E.ACT").Split('\n').Where(line => line.StartsWith("STOP", StringComparison.Ordinal))];
        Assert.InRange(DamagedFiles.AllocatedPerRecord(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(stops[0] + "\n", rows))), Ribbon, rows), 0, 16);
        string call = Fixture.Text("sansay/cdr-1.cdr").Split('\n')[2];
        Assert.InRange(DamagedFiles.AllocatedPerRecord(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(call + "\n", rows))), Sansay, rows), 0, 16);
    }
}
