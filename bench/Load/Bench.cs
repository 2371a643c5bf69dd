using Perimeter.Load.EndToEnd;
using Perimeter.Load.Matching;
using Perimeter.Load.Measuring;

namespace Perimeter.Load;

/// <summary>A measurement by its id.</summary>
internal sealed record Bench(string Id, string What, Func<BenchOptions, TextWriter, Task<IReadOnlyList<Result>>> RunAsync)
{
    /// <summary>All there are, in the order in which they run.</summary>
    public static IReadOnlyList<Bench> All { get; } =
    [
        new("B1", "longest prefix and date, digits to rate", static (options, progress) => Task.FromResult(B1.Run(options, progress))),
        new("B6a", "end to end and durable, draining a backlog", B6a.RunAsync),
    ];
}
