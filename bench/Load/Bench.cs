using Perimeter.Load.Calls;
using Perimeter.Load.EndToEnd;
using Perimeter.Load.Holding;
using Perimeter.Load.Matching;
using Perimeter.Load.Measuring;
using Perimeter.Load.OverKafka;
using Perimeter.Load.Records;
using Perimeter.Load.Rerating;
using Perimeter.Load.Swapping;
using Perimeter.Load.Switches;

namespace Perimeter.Load;

/// <summary>A measurement by its id.</summary>
internal sealed record Bench(string Id, string What, Func<BenchOptions, TextWriter, Task<IReadOnlyList<Result>>> RunAsync)
{
    /// <summary>All there are, in the order in which they run.</summary>
    public static IReadOnlyList<Bench> All { get; } =
    [
        new("B1", "longest prefix and date, digits to rate", static (options, progress) => Task.FromResult(B1.Run(options, progress))),
        new("B2", "memory", static (options, progress) => Task.FromResult(B2.Run(options, progress))),
        new("B3", "compile and swap", static (options, progress) => Task.FromResult(B3.Run(options, progress))),
        new("B4", "rating in memory", static (options, progress) => Task.FromResult(B4.Run(options, progress))),
        new("B5", "CSV of call records to rated columns", static (options, progress) => Task.FromResult(B5.Run(options, progress))),
        new("SW", "records of switches, by the kind of switch", static (options, progress) => Task.FromResult<IReadOnlyList<Result>>(SwitchBench.Run(options, progress))),
        new("B6a", "end to end and durable, draining a backlog", static async (options, progress) => [.. await B6a.RunAsync(options, progress), .. await KafkaBench.RunFramedAsync(options, progress)]),
        new("B6b", "the same over Kafka, one call a message", KafkaBench.RunSingleAsync),
        new("B6c", "produced to queryable, at half of B6a's load", B6c.RunAsync),
        new("B7", "re-rating", B7.RunAsync),
    ];
}
