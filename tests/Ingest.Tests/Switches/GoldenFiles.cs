using System.Text;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Files of switches, record by record: each beside what became of it.</summary>
internal static class GoldenFiles
{
    /// <summary>Reads a fixture as its switch's and holds it against NAME.golden.txt.</summary>
    public static void Assert(string name, SwitchConfig config)
    {
        var text = new StringBuilder();
        byte[] content = Fixture.Bytes(name);
        Read(content, config, (record, intake) => text.Append(record).Append('\n').Append(EventText.Of(intake)));
        EventText.AssertGolden($"{name}.golden.txt", text.ToString());
    }

    /// <summary>Every record comes to one thing: it is taken, put aside with its bytes, or passed over.</summary>
    public static void Read(byte[] content, SwitchConfig config, Action<string, CallIntake> became)
    {
        CallIntake intake = Intake(config);
        IFileRecords records = Open(content, config);
        long offset = 0;
        while (true)
        {
            intake.Begin("file:test", FrameSource.None);
            if (!records.ReadRecord(intake))
            {
                break;
            }

            string record = Encoding.UTF8.GetString(content.AsSpan((int)offset, (int)(records.Offset - offset))).TrimEnd();
            offset = records.Offset;
            Xunit.Assert.True(intake.Records >= 1, $"Nothing became of {record}");
            became(record, intake);
        }

        Xunit.Assert.Equal(content.Length, offset);
    }

    public static CallIntake Intake(SwitchConfig config) =>
        Reading.Intake(zone: config.TimeZone.Length > 0 ? TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone) : null);

    public static IFileRecords Open(byte[] content, SwitchConfig config) =>
        SwitchKind.Of(config.Type)!.Files!(config).Open(new MemoryStream(content), "test", new IngestLimits());
}
