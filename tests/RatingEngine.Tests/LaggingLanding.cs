using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine.Tests;

/// <summary>
/// Landing as the rating engine sees it: what it is told has landed is what had when it asked before, and everything on rated-calls lands in the meantime. Keys are
/// found among what has landed, and nowhere else. It outlives the processes that ask it.
/// </summary>
internal sealed class LaggingLanding(ScratchLog log) : ILandedKeys
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, UInt128> _contents = [];
    private readonly Dictionary<int, ulong> _landedTo = [];

    /// <summary>Keys that were asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>Of those, how many had landed.</summary>
    public int Found { get; private set; }

    /// <summary>Set, every question fails as when ClickHouse is away.</summary>
    public volatile bool IsAway;

    public async Task<bool> AnyBeforeAsync(long instantMs, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        await LandAsync();
        return false;
    }

    public async Task<ulong> LandedToAsync(ulong incarnation, int partition, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        ulong before;
        lock (_lock)
        {
            before = _landedTo.GetValueOrDefault(partition);
        }

        await LandAsync();
        return before;
    }

    public Task<IReadOnlyDictionary<UInt128, UInt128>> FindAsync(IReadOnlyList<LandedKeyQuestion> questions, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        lock (_lock)
        {
            Dictionary<UInt128, UInt128> found = [];
            foreach (LandedKeyQuestion question in questions)
            {
                Asked++;
                if (_contents.TryGetValue(question.Key, out UInt128 content))
                {
                    Found++;
                    found[question.Key] = content;
                }
            }

            return Task.FromResult<IReadOnlyDictionary<UInt128, UInt128>>(found);
        }
    }

    private async Task LandAsync()
    {
        IReadOnlyList<LogFrame> frames = await log.RatedFramesAsync();
        var batch = new RatedCallBatch();
        lock (_lock)
        {
            foreach (LogFrame frame in frames)
            {
                RatedCallFrame.Read(frame.Payload.Span, batch);
                foreach (ref CallEvent one in batch.Events.Events)
                {
                    _contents.TryAdd(EventCheck.KeyOf(one, batch.Events.Texts), CallKey.ContentHash(one, batch.Events.Texts));
                }

                _landedTo[frame.Position.Partition] = Math.Max(_landedTo.GetValueOrDefault(frame.Position.Partition), (frame.Position with { Frame = frame.Position.Frame + 1 }).Packed);
            }
        }
    }

    private void ThrowIfAway()
    {
        if (IsAway)
        {
            throw new LandedKeysUnavailableException("Connection refused.");
        }
    }
}
