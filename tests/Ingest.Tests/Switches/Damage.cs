namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Bytes as they come out of broken lines and disks: some flipped, some missing, some of the end cut.</summary>
internal static class Damage
{
    private const int MostWounds = 4;

    /// <summary>Reads damaged bodies by the thousand: none may throw, and of each something must become.</summary>
    public static void NeverLoses(IReadOnlyList<byte[]> bodies, Action<byte[], CallIntake> read, ITestOutputHelper output, int rounds = 4000)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        CallIntake intake = Reading.Intake();
        for (int round = 0; round < rounds; round++)
        {
            byte[] body = Of(bodies[random.Next(bodies.Count)], random);
            intake.Begin("http", Streaming.FrameSource.None);
            read(body, intake);
            Assert.True(intake.Accepted + intake.Quarantined.Count + intake.PassedOverCount >= 1, $"seed {seed}, round {round}: nothing became of {Convert.ToBase64String(body)}");
        }
    }

    /// <summary>Bytes for a record after warm-up; the least of a few runs, since the runtime allocates at times too.</summary>
    public static long AllocatedPerRecord(int records, Action<CallIntake> read)
    {
        CallIntake intake = Reading.Intake();
        long least = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            intake.Begin("http", Streaming.FrameSource.None);
            long before = GC.GetAllocatedBytesForCurrentThread();
            read(intake);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(records, intake.Records);
        }

        return least / records;
    }

    private static byte[] Of(byte[] body, Random random)
    {
        List<byte> bytes = [.. body];
        for (int wound = random.Next(MostWounds) + 1; wound > 0 && bytes.Count > 1; wound--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at - 1));
                    break;
                default:
                    bytes.RemoveRange(at + 1, bytes.Count - at - 1);
                    break;
            }
        }

        return [.. bytes];
    }
}
