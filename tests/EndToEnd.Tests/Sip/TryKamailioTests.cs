using System.Globalization;
using System.Text.RegularExpressions;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>The three commands of docs/switches/try-kamailio.md, by a person who has Kamailio and sipp.</summary>
public sealed partial class TryKamailioTests
{
    [Fact]
    public async Task Three_commands_show_a_newcomer_his_own_SIP_calls_rated()
    {
        SipTools.SkipIfMissing();
        string[] ports = ["SIP_PORT", "VENDOR_ONE_PORT", "VENDOR_TWO_PORT", "CALLER_PORT"];
        using Reader reader = new(ports.ToDictionary(port => port, _ => $"{SipTools.FreePort()}"));
        IReadOnlyList<string> commands = ShellBlocks.Of("docs/switches/try-kamailio.md");
        Assert.Equal(3, commands.Count);
        await reader.RunAsync(commands[0]);
        await reader.UpAsync(commands[1]);
        string printed = await reader.RunAsync(commands[2]);

        // Two attempts of each of five calls: the second was answered for two and a half seconds or a little more, each second begun at 0.012 and 0.009 a minute.
        Assert.Equal(5, Count(printed, Refused()));
        Assert.Equal(5, Count(printed, Answered()));
        string[] row = [.. printed.Split('\n').Single(line => line.Contains("442079460000", StringComparison.Ordinal) && Answered().IsMatch(line)).Split('│').Select(cell => cell.Trim())];
        decimal seconds = Math.Ceiling(decimal.Parse(row[6], CultureInfo.InvariantCulture));
        Assert.InRange(seconds, 3, 6);
        Assert.Equal((seconds * 0.0002m, seconds * 0.00015m), (decimal.Parse(row[8], CultureInfo.InvariantCulture), decimal.Parse(row[9], CultureInfo.InvariantCulture)));

        // Once more, to a number of one's own.
        printed = await reader.RunAsync(commands[2] + " 4915123456789");
        Assert.Equal((1, 1), (Count(printed, Refused()), Count(printed, Answered())));
        string checkedEvents = await reader.RunAsync("./perimeter switches check kamailio-1");
        Assert.Contains("0 refused", checkedEvents, StringComparison.Ordinal);
    }

    private static int Count(string printed, Regex line) => printed.Split('\n').Count(line.IsMatch);

    [GeneratedRegex(@"│ +1 │ \d+ +│ Baltic Out +│ +503 │ +0 │ Advanced +│ +0 │ +0 │")]
    private static partial Regex Refused();

    [GeneratedRegex(@"│ +2 │ \d+ +│ Cedar Out +│ +200 │ +[2-5]\.?\d* │ Rated +│")]
    private static partial Regex Answered();
}
