using Perimeter.Domain;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Whole files for tests that need no more than that something became of each record.</summary>
internal static class DamagedFiles
{
    /// <summary>Reads all of it, and holds that nothing vanishes: each step gives a record, a quarantined one, or one passed over.</summary>
    public static void Read(byte[] content, SwitchConfig config, CallIntake intake)
    {
        IFileRecords records = GoldenFiles.Open(content, config);
        long before = intake.Records;
        while (records.ReadRecord(intake))
        {
            Assert.True(intake.Records > before, "Nothing became of a row.");
            before = intake.Records;
        }

        Assert.Equal(content.Length, records.Offset);
    }

    /// <summary>Bytes for a record, the reader itself left out.</summary>
    public static long AllocatedPerRecord(byte[] content, SwitchConfig config, int records)
    {
        CallIntake intake = GoldenFiles.Intake(config);
        long least = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            intake.Begin("file:test", Streaming.FrameSource.None);
            IFileRecords reader = GoldenFiles.Open(content, config);
            for (int warm = 0; warm < records / 2; warm++)
            {
                reader.ReadRecord(intake);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            while (reader.ReadRecord(intake))
            {
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(records, intake.Records);
        }

        return least / (records - (records / 2));
    }
}
