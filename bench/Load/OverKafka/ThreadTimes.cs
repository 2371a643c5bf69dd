using System.Globalization;

namespace Perimeter.Load.OverKafka;

/// <summary>
/// Processor time of this process by kinds of threads, told by their names: where it goes. Read from /proc/self/task, in steps of 10 ms; threads that have ended are left out, so that
/// the sum is a little less than that of the process.
/// </summary>
/// <param name="Kafka">The client's, and those of the log that call it: reading, writing, compressing.</param>
/// <param name="Pool">The pool of .NET: rating, and landing up to the bytes that ClickHouse is given and what it does with them before it answers.</param>
/// <param name="ClickHouse">Its own, which answer no call: merges, and parts of inserts.</param>
/// <param name="Runtime">Compiling and collecting.</param>
internal readonly record struct ThreadTimes(double Kafka, double Pool, double ClickHouse, double Runtime)
{
    private const double TicksPerSecond = 100;

    // In /proc/PID/stat, counted from the field behind the name.
    private const int UserTicks = 11;
    private const int SystemTicks = 12;

    /// <param name="kafkaPrefix">Of the names of threads of the log.</param>
    public static ThreadTimes Read(string kafkaPrefix)
    {
        var times = default(ThreadTimes);
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                string stat = File.ReadAllText(Path.Combine(task, "stat"));
                int end = stat.LastIndexOf(')');
                string name = stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end];
                string[] fields = stat[(end + 2)..].Split(' ');
                times = times.With(name, kafkaPrefix, (Ticks(fields[UserTicks]) + Ticks(fields[SystemTicks])) / TicksPerSecond);
            }
            catch (IOException)
            {
                // It ended just now.
            }
        }

        return times;
    }

    public static ThreadTimes operator -(ThreadTimes after, ThreadTimes before) =>
        new(after.Kafka - before.Kafka, after.Pool - before.Pool, after.ClickHouse - before.ClickHouse, after.Runtime - before.Runtime);

    private static long Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private ThreadTimes With(string name, string kafkaPrefix, double seconds) =>
        name.StartsWith("rdk:", StringComparison.Ordinal) || name.StartsWith(kafkaPrefix, StringComparison.Ordinal) ? this with { Kafka = Kafka + seconds }
        : name.StartsWith(".NET TP", StringComparison.Ordinal) ? this with { Pool = Pool + seconds }
        : name.StartsWith(".NET", StringComparison.Ordinal) || name.StartsWith("Perimeter", StringComparison.Ordinal) ? this with { Runtime = Runtime + seconds }
        : this with { ClickHouse = ClickHouse + seconds };
}
