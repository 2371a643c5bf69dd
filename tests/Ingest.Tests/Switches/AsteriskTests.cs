using System.Text;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Master.csv with its options, and the file of our own mapping.</summary>
public sealed class AsteriskTests(ITestOutputHelper output)
{
    private static readonly SwitchConfig Config = AsteriskRows.Config("unused");

    [Theory]
    [InlineData("asterisk/Master.csv")]
    [InlineData("asterisk/Master-no-userfield.csv")]
    [InlineData("asterisk/perimeter.csv")]
    [InlineData("asterisk/bad.csv")]
    public void Every_row_becomes_what_the_golden_file_says(string name) => GoldenFiles.Assert(name, Config);

    [Theory]
    [InlineData(0, "the row has neither uniqueid nor sequence, by which calls and their attempts are told apart: set loguniqueid=yes and newcdrcolumns=yes in the section [csv] of cdr.conf")]
    [InlineData(1, "the row has no sequence, by which the attempts of a call are told apart: set newcdrcolumns=yes in the section [csv] of cdr.conf")]
    [InlineData(3, "the row has no uniqueid, by which calls are told apart: set loguniqueid=yes in the section [csv] of cdr.conf")]
    public void A_file_without_what_tells_calls_apart_is_refused_with_the_setting_to_change(int options, string reason)
    {
        string[] columns = AsteriskRows.Row(1).TrimEnd().Split(',');
        string row = string.Join(',', columns[..16]) + (options == 1 ? ",\"1749985200.1\"" : options == 3 ? ",\"\",\"1749985200.1\",7" : "") + "\n";
        CallFileException refused = Assert.Throws<CallFileException>(() => GoldenFiles.Read(Encoding.UTF8.GetBytes(row), Config, (_, _) => { }));
        Assert.Equal($"{reason}. Then give this file a name that the column files of switches.csv does not mean; Asterisk opens a new one. Its rows cannot be taken.", refused.Reason);
    }

    /// <summary>A name in an old encoding stops no charge; a number that is none would reach every query.</summary>
    [Theory]
    [InlineData(1, 0, "ani: is not UTF-8; it is '\uFFFD1'")]
    [InlineData(4, 1, "")]
    public void What_is_taken_of_a_row_has_to_be_utf8_and_what_stands_beside_it_has_not(int column, int accepted, string reason)
    {
        string[] columns = AsteriskRows.Row(1).TrimEnd().Split(',');
        columns[column] = "\"\u00E91\"";
        GoldenFiles.Read(Encoding.Latin1.GetBytes(string.Join(',', columns) + "\n"), Config, (_, intake) =>
        {
            Assert.Equal(accepted, intake.Accepted);
            Assert.Equal(reason, string.Join(' ', intake.Errors.Select(static error => $"{error.Field}: {error.Reason}")));
        });
    }

    [Fact]
    public void Local_times_need_the_zone_of_the_switch_and_our_own_file_does_not()
    {
        CallFileException refused = Assert.Throws<CallFileException>(
            () => GoldenFiles.Read(Fixture.Bytes("asterisk/Master.csv"), Config with { TimeZone = "" }, (_, _) => { }));
        Assert.Equal(
            "its times are local, and of which zone they do not say: set the column time_zone of switches.csv to the zone of that machine, or to UTC where cdr.conf has usegmtime=yes in the section [csv]",
            refused.Reason);
        long accepted = 0;
        GoldenFiles.Read(Fixture.Bytes("asterisk/perimeter.csv"), Config with { TimeZone = "" }, (_, intake) => accepted += intake.Accepted);
        Assert.Equal(4, accepted);
    }

    [Fact]
    public void Local_times_are_read_in_the_zone_of_the_switch()
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById("America/New_York", out _), "This machine has no time zone data (package tzdata).");
        GoldenFiles.Read(Encoding.UTF8.GetBytes(AsteriskRows.Row(1).Replace(" 11:", " 07:", StringComparison.Ordinal)), Config with { TimeZone = "America/New_York" }, (_, intake) =>
        {
            CallEvent call = Reading.Only(intake);
            Assert.Equal((1749985200000, 1749985207000, 1749985267000), (call.SetupMs, call.AnswerMs, call.EndMs));
        });

        // The hour that comes twice is put aside: only usegmtime=yes or our own file tells which one it was.
        GoldenFiles.Read(Encoding.UTF8.GetBytes(AsteriskRows.Row(1).Replace("2025-06-15 11:", "2024-11-03 01:", StringComparison.Ordinal)), Config with { TimeZone = "America/New_York" }, (_, intake) =>
            Assert.StartsWith("came twice in America/New_York", Assert.Single(intake.Errors).Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_that_changed_in_the_middle_of_a_file_concern_their_rows_only()
    {
        string plain = string.Join(',', AsteriskRows.Row(2).TrimEnd().Split(',')[..16]) + "\n";
        var became = new List<(long, int)>();
        GoldenFiles.Read(Encoding.UTF8.GetBytes(AsteriskRows.Row(1) + plain + AsteriskRows.Row(3)), Config, (_, intake) => became.Add((intake.Accepted, intake.Quarantined.Count)));
        Assert.Equal([(1, 0), (0, 1), (1, 0)], became);
    }

    [Fact]
    public void Attempts_are_counted_on_where_reading_is_taken_up_in_the_middle_of_a_calls_rows()
    {
        string[] rows =
        [
            AsteriskRows.Row("1749985200.1", 10, "BUSY"), AsteriskRows.Row("1749985200.2", 11, "BUSY"), AsteriskRows.Row("1749985200.1", 12, "NO ANSWER"),
            AsteriskRows.Row("1749985200.1", 13, "ANSWERED"), AsteriskRows.Row("1749985200.2", 14, "ANSWERED"),
        ];
        byte[] content = Encoding.UTF8.GetBytes(string.Concat(rows));
        int offset = 0;
        var expected = new List<string> { "1749985200.1/1", "1749985200.2/1", "1749985200.1/2", "1749985200.1/3", "1749985200.2/2" };
        for (int skipped = 0; skipped <= rows.Length; skipped++)
        {
            IFileRecords records = GoldenFiles.Open(content, Config);
            CallIntake intake = GoldenFiles.Intake(Config);
            records.SkipTo(offset, skipped + 1);
            while (records.ReadRecord(intake))
            {
            }

            Assert.Equal(expected.Skip(skipped), Keys(intake));
            Assert.Equal(content.Length, records.Offset);
            offset += skipped < rows.Length ? rows[skipped].Length : 0;
        }
    }

    [Fact]
    public void Attempts_are_counted_on_across_a_rotation_that_falls_between_the_rows_of_a_call()
    {
        ISwitchFiles files = SwitchKind.Of(SwitchType.Asterisk)!.Files!(Config);
        CallIntake intake = GoldenFiles.Intake(Config);
        foreach (string row in new[] { AsteriskRows.Row("1749985200.1", 10, "BUSY"), AsteriskRows.Row("1749985200.1", 11, "ANSWERED") })
        {
            IFileRecords records = files.Open(new MemoryStream(Encoding.UTF8.GetBytes(row)), "test", new IngestLimits());
            while (records.ReadRecord(intake))
            {
            }
        }

        Assert.Equal(["1749985200.1/1", "1749985200.1/2"], Keys(intake));
    }

    [Fact]
    public void A_row_that_is_replayed_alone_keeps_the_attempt_as_which_it_was_put_aside()
    {
        SwitchReplay replay = SwitchReplay.Of(Config, 1, new IngestLimits(), new FakeTimeProvider(Reading.Now), zone: null);
        replay.Intake.Begin("replay", FrameSource.None);
        Assert.Null(replay.Read(new PutAsideEvent
        {
            Id = 1,
            Reason = QuarantineReason.Invalid,
            Times = 1,
            Source = "switch:ast1:Master.csv",
            Attempt = new CallAttempt("ast1", "1749985200.1", 3),
            Content = Encoding.UTF8.GetBytes(AsteriskRows.Row("1749985200.1", 12, "ANSWERED")),
        }));
        Assert.Equal(["1749985200.1/3"], Keys(replay.Intake));
    }

    [Fact]
    public void Ranks_are_the_same_when_rows_are_read_again_and_bounded()
    {
        var ranks = new AttemptRanks();
        Assert.Equal((1, 2, 1, 2), (ranks.Of("a"u8, 5), ranks.Of("a"u8, 9), ranks.Of("a"u8, 5), ranks.Of("a"u8, 9)));
        for (int i = 0; i < AttemptRanks.MaxCalls - 1; i++)
        {
            Assert.Equal(1, ranks.Of(Encoding.UTF8.GetBytes($"call {i}"), i));
        }

        Assert.Equal(3, ranks.Of("a"u8, 11));
        ranks.Of("one more"u8, 1);
        Assert.Equal(1, ranks.Of("a"u8, 12));
    }

    [Theory]
    [InlineData("1749985200.1", true)]
    [InlineData("ast-1-1749985200.123", true)]
    [InlineData("1749985200", false)]
    [InlineData("1749985200.", false)]
    [InlineData("x1749985200.1", false)]
    [InlineData("some user field 3.5", false)]
    [InlineData("", false)]
    public void A_uniqueid_is_told_by_its_form(string text, bool isOne) => Assert.Equal(isOne, AsteriskColumns.IsUniqueId(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Damaged_files_lose_nothing_and_end_nothing() => Damage.NeverLoses(
        [Fixture.Bytes("asterisk/Master.csv"), Fixture.Bytes("asterisk/perimeter.csv")],
        (content, intake) => DamagedFiles.Read([.. Encoding.UTF8.GetBytes(AsteriskRows.Row(1)), .. content], Config, intake),
        output);

    [Fact]
    public void Reading_allocates_next_to_nothing_for_a_row()
    {
        const int rows = 2_000;
        byte[] content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, rows).Select(AsteriskRows.Row)));
        Assert.InRange(DamagedFiles.AllocatedPerRecord(content, Config, rows), 0, 16);
    }

    private static IEnumerable<string> Keys(CallIntake intake) =>
        Enumerable.Range(0, intake.EventsOf(0).Count).Select(row => $"{Reading.Text(intake, CallEventText.CallId, row)}/{intake.EventsOf(0)[row].Attempt}");
}
