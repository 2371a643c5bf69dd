using System.Text.RegularExpressions;
using Perimeter.Domain;

namespace Perimeter.Ingest.Tests;

public sealed partial class BrokenRecordTests
{
    public static TheoryData<string, string> Records()
    {
        var records = new TheoryData<string, string>();
        string[] lines = [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "broken-records.txt")).Where(l => l.Length > 0 && l[0] != '#')];
        Assert.True(lines.Length % 2 == 0);
        for (int i = 0; i < lines.Length; i += 2)
        {
            records.Add(lines[i], lines[i + 1].Trim());
        }

        return records;
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_broken_record_is_put_aside_with_its_exact_reason_and_bytes(string written, string expected)
    {
        string record = written[0] == '+' ? Patch(written[1..]) : written;
        CallIntake intake = Reading.Json($"[{record}]");

        Assert.Equal(0, intake.Accepted);
        QuarantinedEvent aside = Assert.Single(intake.Quarantined);
        Assert.Equal(expected, aside.Field.Length == 0 ? aside.Message : $"{aside.Field}: {aside.Message}");
        bool isRead = aside.Field.Length > 0;
        Assert.Equal(isRead ? QuarantineReason.Invalid : QuarantineReason.Unreadable, aside.Reason);
        Assert.Equal(new RecordError(0, aside.Field, aside.Message), Assert.Single(intake.Errors));

        // Where the array itself broke, everything from there to the end of the body is kept.
        string content = Reading.Content(aside);
        Assert.Equal(record, content.Length > record.Length ? content[..^1] : content);
    }

    [Fact]
    public void There_are_more_than_thirty_broken_records_and_no_two_alike() =>
        Assert.True(Records().Select(row => row.Data.Item1).Distinct().Count() == Records().Count && Records().Count > 30);

    [Fact]
    public void The_base_of_the_broken_records_is_good() => Assert.Equal(1, Reading.Json(Reading.Base).Accepted);

    [Fact]
    public void A_broken_record_keeps_the_key_that_could_be_read()
    {
        QuarantinedEvent aside = Assert.Single(Reading.Json(Patch("\"attempt\": 3, \"sip_code\": 5")).Quarantined);
        Assert.Equal(("s1", "c1", 3), (aside.SwitchId, aside.CallId, aside.Attempt));
    }

    [Fact]
    public void The_first_fault_of_a_record_is_the_one_that_is_told() =>
        Assert.Equal("sip_code", Assert.Single(Reading.Json(Patch("\"sip_code\": 5, \"mos\": 9")).Errors).Field);

    /// <summary>The base without the members that are named, and with those that are given.</summary>
    private static string Patch(string members)
    {
        string record = Reading.Base;
        foreach (string name in MemberNames().Matches(members).Select(m => m.Groups["name"].Value).Distinct())
        {
            record = Regex.Replace(record, $"(?<=[{{,])\"{name}\":\"[^\"]*\",?", "");
        }

        string added = string.Join(", ", TakenOut().Replace(members, "").Split(',', StringSplitOptions.TrimEntries).Where(m => m.Length > 0));
        return added.Length == 0 ? record.Replace(",}", "}", StringComparison.Ordinal) : $"{record[..^1].TrimEnd(',')},{added}}}";
    }

    [GeneratedRegex("-?\"(?<name>[a-z_]+)\"(?=:|,|$)")]
    private static partial Regex MemberNames();

    [GeneratedRegex("-\"[a-z_]+\"")]
    private static partial Regex TakenOut();
}
