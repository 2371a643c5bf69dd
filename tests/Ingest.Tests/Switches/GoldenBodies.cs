using System.Text;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>The golden files that every kind of switch has: whole bodies, and bad ones, one on each line.</summary>
internal static class GoldenBodies
{
    public static void AssertGood(string folder, ISwitchBodies bodies)
    {
        var text = new StringBuilder();
        foreach (string name in Fixture.In(folder, "*.json"))
        {
            text.Append(name).Append('\n').Append(EventText.Of(Read(bodies, Fixture.Bytes(name))));
        }

        EventText.AssertGolden($"{folder}/golden.txt", text.ToString());
    }

    /// <summary>Each is put aside at least in part, with the bytes that it has.</summary>
    public static void AssertBad(string folder, ISwitchBodies bodies)
    {
        var text = new StringBuilder();
        foreach (string line in Fixture.Text($"{folder}/bad.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            CallIntake intake = Read(bodies, Encoding.UTF8.GetBytes(line));
            text.Append(line).Append('\n').Append(EventText.Of(intake));
            Assert.NotEmpty(intake.Quarantined);
            Assert.All(intake.Quarantined, aside => Assert.Contains(Reading.Content(aside), line, StringComparison.Ordinal));
        }

        EventText.AssertGolden($"{folder}/bad.golden.txt", text.ToString());
    }

    public static CallIntake Read(ISwitchBodies bodies, ReadOnlySpan<byte> body)
    {
        CallIntake intake = Reading.Intake();
        bodies.ReadBody(body, intake);
        return intake;
    }
}
