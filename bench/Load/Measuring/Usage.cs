using System.Diagnostics;

namespace Perimeter.Load.Measuring;

/// <summary>What a stretch of work took of the process: wall time, CPU time of all threads (the engine's too), and bytes of managed memory allocated.</summary>
internal readonly record struct Usage(double Seconds, double CpuSeconds, double AllocatedBytes)
{
    public static async Task<Usage> OfAsync(Func<Task> work)
    {
        using Process process = Process.GetCurrentProcess();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = process.TotalProcessorTime;
        long began = Stopwatch.GetTimestamp();
        await work();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        process.Refresh();
        return new Usage(seconds, (process.TotalProcessorTime - cpu).TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
