using System.Buffers;
using Perimeter.Aggregator;
using Perimeter.Domain;
using Perimeter.Load.EndToEnd;
using Perimeter.Rating;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Load.Rerating;

/// <summary>
/// Calls in rated_calls. The first ones are rated and landed by the product; more of them are copies within ClickHouse, at other places of another log and at other
/// times, since landing a hundred million would take longer than what is measured.
/// </summary>
internal sealed class LandedBase(EmbeddedClickHouse engine)
{
    public const int MaxDistinct = 1_000_000;

    private const int FrameRows = 2_000;

    private static readonly string Copy = EmbeddedSql.Read("b7-copy-calls.sql");

    private int _copies;
    private long _first;

    public long Calls { get; private set; }

    public async Task LandAsync(RatingConfig carrier, RatingSnapshot snapshot, int calls)
    {
        List<LogFrame> frames = Rate(carrier, snapshot, calls);
        using var stop = new CancellationTokenSource();
        var landed = new AggregatorState();
        Task[] roles = [AggregatorRole.RunAsync(new MemoryLog(Topics.RatedCalls, [frames]), engine, new AggregatorOptions(), landed, stop.Token)];
        await Waiting.LandedAsync(landed, calls, roles);
        await stop.CancelAsync();
        await Task.WhenAll(roles).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _first = calls;
        Calls = calls;
    }

    /// <summary>Copies of the first calls until there are so many, all merged.</summary>
    public async Task GrowAsync(long calls)
    {
        using ClickHouseConnection connection = engine.Connect();
        for (; Calls < calls; Calls += Math.Min(_first, calls - Calls))
        {
            _copies++;
            using ClickHouseResult copied = connection.Query(Copy, "Null", [new("copy", $"{_copies}"), new("calls", $"{calls - Calls}")]);
        }

        await Waiting.SettledAsync(engine);
    }

    private static List<LogFrame> Rate(RatingConfig carrier, RatingSnapshot snapshot, int calls)
    {
        var made = new BacklogEvents(carrier);
        var one = new CallEventBatch();
        var batch = new RatedCallBatch();
        var rater = new Rater();
        List<LogFrame> frames = [];
        int rated = 0;
        for (long call = 1; rated < calls; call++)
        {
            one.Clear();
            int distinct = made.AddCall(call, one);
            for (int row = 0; row < distinct && rated < calls; row++, rated++)
            {
                one.CopyTo(row, batch.Events);
            }

            if (batch.Count >= FrameRows || rated == calls)
            {
                rater.Rate(snapshot, batch);
                var bytes = new ArrayBufferWriter<byte>();
                RatedCallFrame.Write(batch, FrameSource.None, bytes);
                frames.Add(new LogFrame(new LogPosition(1, 0, frames.Count, 0), batch.Events[0].EndMs, bytes.WrittenMemory));
                batch.Clear();
            }
        }

        return frames;
    }
}
