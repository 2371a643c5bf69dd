using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>What every reader of files holds: at the end of the content it gives nothing, and goes on when there is more.</summary>
public sealed class ReadOnTests
{
    public static TheoryData<SwitchType, string> Files() => new()
    {
        { SwitchType.Asterisk, "asterisk/Master.csv" },
        { SwitchType.Asterisk, "asterisk/perimeter.csv" },
        { SwitchType.RibbonAct, "ribbon/1000A5E.ACT" },
        { SwitchType.Sansay, "sansay/cdr-1.cdr" },
        { SwitchType.Kamailio, "kamailio/kamailio.log" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_read_as_it_grows_gives_what_it_gives_as_a_whole(SwitchType type, string name)
    {
        var config = new SwitchConfig(1, "s1", type) { TimeZone = "UTC" };
        byte[] content = Fixture.Bytes(name);
        int[] ends = [.. Enumerable.Range(0, content.Length).Where(i => content[i] == (byte)'\n').Select(i => i + 1)];
        string whole = Read(content, config, []);
        Assert.Equal(whole, Read(content, config, ends));
        foreach (int end in ends)
        {
            Assert.Equal(whole, Read(content, config, [end]));
        }
    }

    [Fact]
    public void Every_kind_that_writes_files_is_held_to_it()
    {
        // A CSV needs a header of its own, and a file of FreeSWITCH is one line: their readers are those of the files of our own fields (FileIngestTests).
        SwitchType[] covered = [.. Files().Select(row => row.Data.Item1), SwitchType.Csv, SwitchType.FreeSwitch];
        Assert.Equal([], SwitchKind.All.Where(kind => kind.Files is not null && !covered.Contains(kind.Type)).Select(kind => kind.Name));
    }

    private static string Read(byte[] content, SwitchConfig config, int[] ends)
    {
        var file = new GrowingStream(content);
        IFileRecords records = SwitchKind.Of(config.Type)!.Files!(config).Open(file, "test", new IngestLimits());
        CallIntake intake = GoldenFiles.Intake(config);
        foreach (int end in ends.Append(content.Length))
        {
            file.End = end;
            while (records.ReadRecord(intake))
            {
            }

            Assert.Equal(end, records.Offset);
        }

        return EventText.Of(intake);
    }

    private sealed class GrowingStream(byte[] content) : MemoryStream(content, 0, content.Length, writable: false, publiclyVisible: true)
    {
        public int End { get; set; }

        public override int Read(Span<byte> buffer)
        {
            int read = (int)Math.Min(buffer.Length, End - Position);
            GetBuffer().AsSpan((int)Position, read).CopyTo(buffer);
            Position += read;
            return read;
        }
    }
}
