using Perimeter.Config;
using Perimeter.Load.EndToEnd;
using Perimeter.Load.Measuring;

namespace Perimeter.Load.OverKafka;

/// <summary>What measuring over Kafka needs: a broker, the carrier, a folder for ClickHouse; all of it is gone at the end.</summary>
internal static class KafkaBench
{
    /// <summary>Of none where there is no Kafka, which is said.</summary>
    public static async Task<IReadOnlyList<Result>> RunAsync(
        BenchOptions options, string id, TextWriter progress, Func<Broker, CarrierFolder, string, Task<IReadOnlyList<Result>>> measure)
    {
        using Broker? broker = await Broker.TryStartAsync(options, id, progress);
        if (broker is null)
        {
            return [];
        }

        string folder = Directory.CreateDirectory(Path.Combine(options.ScratchFolder, $"perimeter-bench-{Guid.NewGuid().ToString("N")[..8]}")).FullName;
        try
        {
            return await measure(broker, Carrier.Read(options), folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>B6a over Kafka: frames of many calls, as Ingest writes them.</summary>
    public static Task<IReadOnlyList<Result>> RunFramedAsync(BenchOptions options, TextWriter progress) => RunAsync(options, B6a.Id, progress, async (broker, carrier, folder) =>
    {
        progress.WriteLine($"Filling call-events with {options.KafkaEvents:N0} events in frames ...");
        using CallTopic topic = await CallTopic.MakeAsync(broker, "framed.");
        await Filling.WithFramesAsync(topic, carrier.Config!, options.KafkaEvents, options.FrameRows);
        return await DrainAsync(options, B6a.Id, carrier, broker, topic, folder, null, "Kafka, K: bare read of the same topic", progress);
    });

    /// <summary>B6b: one call a message, as a switch writes them, and Kafka Streams beside it.</summary>
    public static Task<IReadOnlyList<Result>> RunSingleAsync(BenchOptions options, TextWriter progress) => RunAsync(options, "B6b", progress, async (broker, carrier, folder) =>
    {
        progress.WriteLine($"Filling call-events with {options.KafkaEvents:N0} events, one in a message ...");
        using CallTopic topic = await CallTopic.MakeAsync(broker, "single.");
        Filling.WithMessages(topic, carrier.Config!, options.KafkaEvents);
        return await DrainAsync(
            options, "B6b", carrier, broker, topic, folder, StreamsRival.TryFind(progress), $"Kafka, K: the client, one by one, {BareClient.Consumers} consumers", progress);
    });

    private static Task<IReadOnlyList<Result>> DrainAsync(
        BenchOptions options, string id, CarrierFolder carrier, Broker broker, CallTopic topic, string folder, StreamsRival? rival, string readArm, TextWriter progress)
    {
        progress.WriteLine($"  {topic.Bytes / (double)topic.Events:0.0} bytes an event, {topic.Distinct:N0} of {topic.Events:N0} are no repeats");
        return new Draining(id, carrier, broker, topic, folder, rival, progress).RunAsync(options.Rounds, readArm);
    }
}
