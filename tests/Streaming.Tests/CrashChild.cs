using System.Globalization;
using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>
/// The process that crash tests kill: the test program itself, which runs this in place of the tests where the environment asks for it (<see cref="Program"/>).
/// It appends, and consumes what it appended, and writes down outside the log what was acknowledged.
/// </summary>
internal static class CrashChild
{
    public const string FolderVariable = "PERIMETER_TEST_CRASH_CHILD";
    public const string StepsVariable = "PERIMETER_TEST_CRASH_STEPS";

    /// <summary>The journal's folder inside the one that the variable names.</summary>
    public const string LogName = "crash-log";

    /// <summary>Passed after every append.</summary>
    public const string Site = "appended";

    public const string AcknowledgedName = "acknowledged";

    /// <summary>Segments of a few records, which go as soon as they are read.</summary>
    public static EmbeddedLogOptions Options(string folder) => new()
    {
        Folder = Path.Combine(folder, LogName),
        PartitionCount = 2,
        SegmentBytes = 4096,
        RetentionAge = TimeSpan.Zero,
        Groups = [new LogGroup("a", "g")],
        MinFreeBytes = 0,
    };

    public static LogOutput Frame(string topic, int partition, long number) =>
        new(topic, partition, Encoding.UTF8.GetBytes(number.ToString("D400", CultureInfo.InvariantCulture)));

    public static async Task RunAsync(string folder)
    {
        int steps = int.Parse(Environment.GetEnvironmentVariable(StepsVariable)!, CultureInfo.InvariantCulture);
        await using EmbeddedLog log = await EmbeddedLog.OpenAsync(Options(folder));
        await using StreamWriter acknowledged = new(Path.Combine(folder, AcknowledgedName), append: true) { AutoFlush = true };
        await acknowledged.WriteLineAsync($"incarnation {log.Incarnation}");
        using CancellationTokenSource stop = new();
        await log.ConsumeAsync(
            "a",
            "g",
            async (reader, ending) =>
            {
                if (reader.Partition != 0)
                {
                    await CommitAllAsync(reader, steps, ending);
                    return;
                }

                for (int i = 0; i < steps; i++)
                {
                    long number = reader.EndFrame;
                    await log.AppendAsync([Frame("a", 0, number), Frame("a", 1, number), Frame("b", 1, number)], ending);
                    await acknowledged.WriteLineAsync($"appended {number}");
                    CrashSite.Pass(Site);
                    IReadOnlyList<LogFrame> read = await reader.ReadAsync(new ReadLimits(1, 1), TimeSpan.Zero, ending);
                    long next = read[0].Position.Frame;
                    await reader.CommitAsync(next + 1, [Frame("c", 0, next), Frame("c", 1, next)], ending);
                    await acknowledged.WriteLineAsync($"committed {next}");
                }

                await stop.CancelAsync();
            },
            stop.Token);
    }

    private static async Task CommitAllAsync(IPartitionReader reader, int steps, CancellationToken ending)
    {
        // Retention waits for both partitions' cursors.
        for (int i = 0; i < steps; i++)
        {
            IReadOnlyList<LogFrame> read = await reader.ReadAsync(new ReadLimits(1, 1), Timeout.InfiniteTimeSpan, ending);
            await reader.CommitAsync(read[0].Position.Frame + 1, ending);
        }
    }
}
