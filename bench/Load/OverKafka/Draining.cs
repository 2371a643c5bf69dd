using Perimeter.Config;
using Perimeter.Load.EndToEnd;
using Perimeter.Load.Measuring;
using Perimeter.Streaming;

namespace Perimeter.Load.OverKafka;

/// <summary>
/// Draining a backlog over Kafka: call-events, deduplication, rating, rated-calls in transactions, ClickHouse with rollups. Held against K, the bare client's read of the same
/// topic; P, its writing of the rated calls in transactions; K2, its read of those; C, landing them from memory: each alone. efficiency = rate / [1 / (1/K + 1/P + 1/K2 + 1/C)].
/// </summary>
internal sealed class Draining(string id, CarrierFolder carrier, Broker broker, CallTopic topic, string folder, StreamsRival? rival, TextWriter progress)
{
    private const string Bare = "bare";

    private sealed record Round(BrokeredUsage Read, BrokeredUsage Produce, BrokeredUsage ReadRated, Usage Land, BrokeredUsage Rate, BrokeredUsage Drain, Stages Of, double? RivalPerSecond);

    private readonly record struct Stages(double Rating, double Committing, double Landing, ThreadTimes Threads);

    /// <param name="count">Rounds.</param>
    /// <param name="readArm">What K is called.</param>
    public async Task<IReadOnlyList<Result>> RunAsync(int count, string readArm)
    {
        // The first draining warms everything up and gives the rated calls that P, K2 and C take; it is not counted.
        await DrainAsync(Path.Combine(folder, "warm-up"));
        List<LogFrame> rated = await RatedAsync();
        MemoryLog memory = new(Topics.RatedCalls, [.. Enumerable.Range(0, CallTopic.Partitions).Select(partition => rated.Where(frame => frame.Position.Partition == partition).ToList())]);
        List<Round> rounds = [];
        for (int n = 1; n <= count; n++)
        {
            string mine = Path.Combine(folder, $"round-{n}");
            BrokeredUsage read = await BareClient.ConsumeAsync(broker, topic.CallEvents, topic.Messages);
            await topic.CreateAsync(Bare);
            BrokeredUsage produce = await BareClient.ProduceAsync(broker, topic.Named(Bare), rated);
            BrokeredUsage readRated = await BareClient.ConsumeAsync(broker, topic.Named(Bare), rated.Count);
            await topic.DeleteAsync(Bare);
            Usage land = await B6a.LandAsync(memory, topic.Distinct, Path.Combine(mine, "land"));
            BrokeredUsage rate = await RateAsync();
            (BrokeredUsage drain, Stages stages) = await DrainAsync(Path.Combine(mine, "drain"));
            double? rivals = rival is null ? null : await rival.RateAsync(topic);
            rounds.Add(new Round(read, produce, readRated, land, rate, drain, stages, rivals));
            progress.WriteLine(
                $"  round {n}: drained {PerSecond(drain.Own):N0}/s, K {PerSecond(read.Own):N0}/s, P {PerSecond(produce.Own):N0}/s, K2 {PerSecond(readRated.Own):N0}/s, C {PerSecond(land):N0}/s, "
                + $"R {PerSecond(rate.Own):N0}/s{(rivals is { } per ? $", Kafka Streams {per:N0}/s" : "")}");
            Directory.Delete(mine, recursive: true);
        }

        return Results(rounds, readArm);
    }

    private double PerSecond(Usage usage) => topic.Events / usage.Seconds;

    private List<Result> Results(List<Round> rounds, string readArm)
    {
        bool framed = topic.Messages < topic.Events;
        string asked = framed ? "efficiency >= 0.75" : "efficiency >= 0.8";
        double Median(Func<Round, double> of) => Result.Median([.. rounds.Select(of)]);
        Result Of(string arm, string unit, Func<Round, double> of, double? ratio = null, string asked = "") => Result.Of(id, arm, unit, [.. rounds.Select(of)], ratio, asked);
        Result Rate(string arm, Func<Round, Usage> of, double? ratio = null, string asked = "") => Of(arm, "events/s", round => PerSecond(of(round)), ratio, asked);
        Result PerEvent(string arm, Func<Round, double> seconds) => Of(arm, "ns/event", round => seconds(round) / topic.Events * 1e9);
        double parts = Median(round => round.Read.Seconds) + Median(round => round.Produce.Seconds) + Median(round => round.ReadRated.Seconds) + Median(round => round.Land.Seconds);
        List<Result> results =
        [
            Rate($"Kafka, {(framed ? "framed" : "one call a message")}: drain into ClickHouse", round => round.Drain.Own, parts / Median(round => round.Drain.Seconds), asked),
            Rate(readArm, round => round.Read.Own),
            Rate("Kafka, P: the rated calls, in transactions", round => round.Produce.Own),
            Rate("Kafka, K2: bare read of the rated calls", round => round.ReadRated.Own),
            Rate("Kafka, C: land the same rated calls from memory", round => round.Land),
            Rate("Kafka, R: consume, dedup, rate, transactions", round => round.Rate.Own),
            PerEvent("Kafka, drain: CPU of this process", round => round.Drain.Own.CpuSeconds),
            PerEvent("Kafka, drain: CPU of the broker", round => round.Drain.BrokerCpuSeconds),
            PerEvent("Kafka, drain: CPU, Kafka client", round => round.Of.Threads.Kafka),
            PerEvent("Kafka, drain: CPU, rating and landing", round => round.Of.Threads.Pool),
            PerEvent("Kafka, drain: CPU, ClickHouse's own threads", round => round.Of.Threads.ClickHouse),
            PerEvent("Kafka, drain: CPU, collector and compiler", round => round.Of.Threads.Runtime),
            PerEvent("Kafka, K: CPU of this process", round => round.Read.Own.CpuSeconds),
            PerEvent("Kafka, K: CPU of the broker", round => round.Read.BrokerCpuSeconds),
            PerEvent("Kafka, P: CPU of this process", round => round.Produce.Own.CpuSeconds),
            PerEvent("Kafka, P: CPU of the broker", round => round.Produce.BrokerCpuSeconds),
            PerEvent("Kafka, K2: CPU of this process", round => round.ReadRated.Own.CpuSeconds),
            PerEvent("Kafka, C: CPU of this process", round => round.Land.CpuSeconds),
            PerEvent("Kafka, R: CPU of this process", round => round.Rate.Own.CpuSeconds),
            PerEvent("Kafka, R: CPU of the broker", round => round.Rate.BrokerCpuSeconds),
            PerEvent("Kafka, drain: in rating, over partitions", round => round.Of.Rating),
            PerEvent("Kafka, drain: in transactions, over partitions", round => round.Of.Committing),
            PerEvent("Kafka, drain: in landing, over batches", round => round.Of.Landing),
            Of("Kafka, drain: managed allocation", "bytes/event", round => round.Drain.Own.AllocatedBytes / topic.Events),
        ];
        if (rival is not null)
        {
            double ratio = Median(round => PerSecond(round.Drain.Own) / round.RivalPerSecond!.Value);
            results.Add(Of("Kafka Streams, rating alone, exactly once", "events/s", round => round.RivalPerSecond!.Value, ratio, "ours / its >= 3"));
        }

        return results;
    }

    private async Task<(BrokeredUsage Usage, Stages Of)> DrainAsync(string mine)
    {
        await topic.ResetAsync();
        await using Pipeline pipeline = await Pipeline.StartAsync(topic, mine);
        using StageTimes times = new();
        ThreadTimes before = ThreadTimes.Read(topic.Named(""));
        BrokeredUsage usage = await broker.MeasureAsync(() =>
        {
            pipeline.Publish(carrier.Snapshot!);
            return pipeline.LandedAsync(topic.Distinct);
        });
        return (usage, new Stages(times.Rating, times.Committing, times.Landing, ThreadTimes.Read(topic.Named("")) - before));
    }

    private async Task<BrokeredUsage> RateAsync()
    {
        await topic.ResetAsync();
        await using Pipeline pipeline = await Pipeline.StartAsync(topic, folder: null);
        return await broker.MeasureAsync(() =>
        {
            pipeline.Publish(carrier.Snapshot!);
            return pipeline.RatedAsync(topic.Events);
        });
    }

    /// <summary>What the last draining left on rated-calls, in the order of each partition, numbered without the gaps that the marks of transactions leave.</summary>
    private async Task<List<LogFrame>> RatedAsync()
    {
        List<LogFrame> frames = [];
        int[] next = new int[CallTopic.Partitions];
        Lock gate = new();
        await BareClient.ConsumeAllAsync(broker, topic.RatedCalls, result =>
        {
            lock (gate)
            {
                LogPosition position = new(1, result.Partition.Value, next[result.Partition.Value]++, 0);
                frames.Add(new LogFrame(position, result.Message.Timestamp.UnixTimestampMs, result.Message.Value));
            }
        });
        return frames;
    }
}
