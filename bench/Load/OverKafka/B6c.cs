using System.Globalization;
using Confluent.Kafka;
using Perimeter.Config;
using Perimeter.Load.EndToEnd;
using Perimeter.Load.Measuring;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Load.OverKafka;

/// <summary>
/// B6c: from when a frame of calls is produced until its calls can be queried in ClickHouse, at half of the rate at which a backlog drains; beside it, at the same rate, from
/// produced until the bare client has it.
/// </summary>
internal sealed class B6c(BenchOptions options, CarrierFolder carrier, Broker broker, string folder, TextWriter progress)
{
    private const string Id = "B6c";

    /// <summary>Events of a frame at most: a request's worth, not a backlog's.</summary>
    private const int FrameRows = 500;

    /// <summary>Not counted: a broker that was started just now compiles itself meanwhile, which takes a sixth of both cores from what is measured.</summary>
    private const int WarmRounds = 2;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>How finely it is seen: asking more often takes cores from what is measured.</summary>
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(20);
    private static readonly string Landed = EmbeddedSql.Read("landed-by-partition.sql");

    private sealed record Round(Latencies Queryable, Latencies Bare, BrokeredUsage Usage);

    public static Task<IReadOnlyList<Result>> RunAsync(BenchOptions options, TextWriter progress) =>
        KafkaBench.RunAsync(options, Id, progress, (broker, carrier, folder) => new B6c(options, carrier, broker, folder, progress).RunAsync());

    private async Task<IReadOnlyList<Result>> RunAsync()
    {
        double perSecond = await DrainedPerSecondAsync() / 2;
        TimeSpan length = WarmUp + TimeSpan.FromSeconds(options.Short ? 1 : 5);
        BacklogFrame[] frames = [.. BacklogFrames.Make(carrier.Config!, (int)(perSecond * length.TotalSeconds), CallTopic.Partitions, Math.Min(FrameRows, options.FrameRows))];
        List<Round> rounds = [];
        int warm = options.Short ? 0 : WarmRounds;
        for (int n = 1 - warm; n <= options.Rounds; n++)
        {
            using CallTopic topic = await CallTopic.MakeAsync(broker, $"paced-{n + warm}.");
            string mine = Path.Combine(folder, $"paced-{n + warm}");
            (Latencies queryable, BrokeredUsage usage) = await QueryableAsync(topic, new PacedFrames(frames, perSecond, WarmUp), mine);
            Latencies bare = await BareAsync(topic, new PacedFrames(frames, perSecond, WarmUp));
            if (n > 0)
            {
                rounds.Add(new Round(queryable, bare, usage));
            }

            progress.WriteLine(
                $"  {(n > 0 ? $"round {n}" : "warm-up")}: at {perSecond:N0}/s queryable p50 {queryable.Percentile(0.5):0} ms, p99 {queryable.Percentile(0.99):0} ms; bare p50 {bare.Percentile(0.5):0.0} ms, p99 {bare.Percentile(0.99):0.0} ms");
            Directory.Delete(mine, recursive: true);
        }

        double events = frames.Sum(frame => frame.Events);
        Result Of(string arm, string unit, Func<Round, double> of, string asked = "") => Result.Of(Id, arm, unit, [.. rounds.Select(of)], asked: asked);
        return
        [
            Result.Exact(Id, "Kafka: half of what draining reaches", "events/s", perSecond),
            Of("Kafka: produced to queryable, p50", "ms", round => round.Queryable.Percentile(0.5)),
            Of("Kafka: produced to queryable, p99", "ms", round => round.Queryable.Percentile(0.99), "<= 5000, goal 300"),
            Of("Kafka: bare, produced to consumed, p50", "ms", round => round.Bare.Percentile(0.5)),
            Of("Kafka: bare, produced to consumed, p99", "ms", round => round.Bare.Percentile(0.99)),
            Of("Kafka, produced to queryable: CPU of this process", "ns/event", round => round.Usage.Own.CpuSeconds / events * 1e9),
            Of("Kafka, produced to queryable: CPU of the broker", "ns/event", round => round.Usage.BrokerCpuSeconds / events * 1e9),
        ];
    }

    /// <summary>What B6a measures, once warm.</summary>
    private async Task<double> DrainedPerSecondAsync()
    {
        using CallTopic topic = await CallTopic.MakeAsync(broker, "framed.");
        await Filling.WithFramesAsync(topic, carrier.Config!, options.KafkaEvents, options.FrameRows);
        double seconds = 0;
        foreach (string name in (string[])["warm-up", "drain"])
        {
            string mine = Path.Combine(folder, name);
            await topic.ResetAsync();
            await using Pipeline pipeline = await Pipeline.StartAsync(topic, mine);
            pipeline.Publish(carrier.Snapshot!);
            seconds = (await Usage.OfAsync(() => pipeline.LandedAsync(topic.Distinct))).Seconds;
        }

        progress.WriteLine($"  a backlog drains at {topic.Events / seconds:N0}/s");
        return topic.Events / seconds;
    }

    private async Task<(Latencies Seen, BrokeredUsage Usage)> QueryableAsync(CallTopic topic, PacedFrames frames, string mine)
    {
        await using KafkaLog producing = await topic.OpenLogAsync("bench-ingest");
        await using Pipeline pipeline = await Pipeline.StartAsync(topic, mine);
        pipeline.Publish(carrier.Snapshot!);
        using ClickHouseConnection connection = pipeline.Engine.Connect([new QuerySetting("max_threads", "1")]);
        BrokeredUsage usage = await broker.MeasureAsync(async () =>
        {
            Task sending = frames.SendAsync(producing);
            await Waiting.UntilAsync(
                () =>
                {
                    pipeline.ThrowIfEnded();
                    foreach (string line in connection.QueryText(Landed).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    {
                        string[] cells = line.Split('\t');
                        frames.SeeRows(int.Parse(cells[0], CultureInfo.InvariantCulture), long.Parse(cells[1], CultureInfo.InvariantCulture));
                    }

                    return frames.AllSeen;
                },
                () => "frames wait to be landed",
                PollWait);
            await sending;
        });
        return (frames.Seen, usage);
    }

    private async Task<Latencies> BareAsync(CallTopic topic, PacedFrames frames)
    {
        await using KafkaLog producing = await topic.OpenLogAsync("bench-ingest");
        using IConsumer<byte[], byte[]> consumer = BareClient.Consumer(topic.Bootstrap);
        consumer.Assign(Enumerable.Range(0, CallTopic.Partitions).Select(partition =>
        {
            TopicPartition place = new(topic.CallEvents, partition);
            return new TopicPartitionOffset(place, consumer.QueryWatermarkOffsets(place, BareClient.Patience).High);
        }));
        Task sending = frames.SendAsync(producing);
        await Task.Factory.StartNew(
            () =>
            {
                while (!frames.AllSeen)
                {
                    ConsumeResult<byte[], byte[]> result = consumer.Consume(BareClient.Patience) ?? throw new TimeoutException($"Nothing came for {BareClient.Patience.TotalSeconds} s.");
                    if (!result.IsPartitionEOF)
                    {
                        frames.SeeFrame(result.Partition.Value);
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await sending;
        return frames.Seen;
    }
}
