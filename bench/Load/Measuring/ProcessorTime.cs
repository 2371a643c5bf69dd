namespace Perimeter.Load.Measuring;

/// <summary>
/// Processor time of this process, all threads: on a machine that does other work too it tells more than the clock. For work of one thread the two are the same
/// where nothing else runs.
/// </summary>
internal static class ProcessorTime
{
    public static double NanosecondsOf(Action work, int times = 1)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < times; i++)
        {
            work();
        }

        return (Environment.CpuUsage.TotalTime - before).Ticks * (double)TimeSpan.NanosecondsPerTick;
    }

    /// <summary>Bytes of managed memory that a thread allocates by some work.</summary>
    public static long AllocatedBytesOf(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
