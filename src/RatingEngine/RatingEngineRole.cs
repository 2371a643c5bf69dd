using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>The role: consume call events, deduplicate, rate, produce rated calls.</summary>
public static class RatingEngineRole
{
    /// <summary>The group that reads <see cref="Topics.CallEvents"/>.</summary>
    public const string Group = "rating-engine";

    /// <summary>
    /// Rates until cancelled, each partition by itself. Starts before there is a configuration, and waits for it. What it throws ends the role: a damaged log,
    /// a log that cannot be written, a bug; nothing of the unit of work under way is lost then.
    /// </summary>
    /// <param name="log">With the topics that are read and written.</param>
    /// <param name="landed">What landed from this log: of an event that memory cannot tell, it tells whether it was charged before.</param>
    /// <param name="snapshots">What is rated by.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="state">Kept up to date.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="cancellationToken">Ends the role.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public static Task RunAsync(
        ILog log, ILandedKeys landed, CurrentSnapshot snapshots, RatingEngineOptions options, RatingEngineState state, TimeProvider time, CancellationToken cancellationToken)
    {
        string errors = string.Join(Environment.NewLine, options.Errors());
        if (errors.Length > 0)
        {
            throw new ArgumentException(errors, nameof(options));
        }

        var budget = new KeyBudget(options.Deduplication.MaxKeys);
        return log.ConsumeAsync(
            Topics.CallEvents, Group, (reader, stop) => new PartitionEngine(reader, log.PartitionCount, landed, snapshots, options, state, budget, time).RunAsync(stop), cancellationToken);
    }
}
