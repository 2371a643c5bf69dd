using System.Diagnostics;
using Perimeter.Aggregator;
using Perimeter.Warehouse;

namespace Perimeter.Load.EndToEnd;

/// <summary>Waits for what the product does in the background.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(10);

    public static Task LandedAsync(AggregatorState landed, long rows, Task[] roles) => UntilAsync(
        () => roles.Any(role => role.IsCompleted)
            ? throw new InvalidOperationException("A role ended before all had landed.", roles.First(role => role.IsCompleted).Exception)
            : landed.RatedCalls.RowsLanded >= rows,
        () => $"{landed.RatedCalls.RowsLanded} of {rows} rows have landed");

    /// <summary>Since when no merge has run, once that is a second ago.</summary>
    public static async Task<long> SettledAsync(EmbeddedClickHouse engine)
    {
        using ClickHouseConnection connection = engine.Connect();
        long quietSince = Stopwatch.GetTimestamp();
        await UntilAsync(
            () =>
            {
                if (connection.QueryText("SELECT count() FROM system.merges").Trim() != "0")
                {
                    quietSince = Stopwatch.GetTimestamp();
                }

                return Stopwatch.GetElapsedTime(quietSince) > TimeSpan.FromSeconds(1);
            },
            () => "merges go on");
        return quietSince;
    }

    public static Task UntilAsync(Func<bool> condition, Func<string> describe) => UntilAsync(condition, describe, PollWait);

    public static async Task UntilAsync(Func<bool> condition, Func<string> describe, TimeSpan pollWait)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"After {Patience.TotalMinutes} minutes {describe()}.");
            }

            await Task.Delay(pollWait);
        }
    }
}
