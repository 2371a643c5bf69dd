using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Perimeter.Pipeline.Tests;

/// <summary>
/// A switch that writes call events to Kafka itself, one in a message, at a steady rate, whatever becomes of those before: the same records in cycle after cycle, each
/// time under other call ids (<c>ID-CYCLE</c>), so that every cycle must come to the same.
/// </summary>
internal sealed class SwitchOnKafka
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly (byte[] Key, byte[] Before, byte[] After)[] _records;
    private readonly int _perSecond;
    private long _sent;
    private string? _fault;

    public SwitchOnKafka(SampleRecords records, int perSecond)
    {
        _records = [.. records.Lines.Select(Cut)];
        _perSecond = perSecond;
    }

    /// <summary>Messages so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Sends until it has been enough, and then the rest of the cycle.</summary>
    /// <returns>How many cycles.</returns>
    public Task<int> SendAsync(string bootstrap, CancellationToken enough) =>
        Task.Factory.StartNew(() => Send(bootstrap, enough), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private int Send(string bootstrap, CancellationToken enough)
    {
        using IProducer<byte[], byte[]> producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap, EnableIdempotence = true, Acks = Acks.All, Partitioner = Partitioner.Murmur2Random, LingerMs = 5, CompressionType = CompressionType.Lz4,
        }).SetLogHandler(static (_, _) => { }).Build();
        long began = Stopwatch.GetTimestamp();
        long delivered = 0;
        int cycle = 0;
        for (; !enough.IsCancellationRequested; cycle++)
        {
            byte[] mark = Encoding.UTF8.GetBytes($"-{cycle}");
            foreach ((byte[] key, byte[] before, byte[] after) in _records)
            {
                // Each at its time: a sender that was held up makes up for it.
                while (Stopwatch.GetElapsedTime(began).TotalSeconds * _perSecond < Sent)
                {
                    producer.Poll(Tick);
                }

                Produce(new Message<byte[], byte[]> { Key = [.. key, .. mark], Value = [.. before, .. mark, .. after] });
                Interlocked.Increment(ref _sent);
            }
        }

        producer.Flush(Patience);
        Assert.Null(_fault);
        Assert.Equal(Sent, Interlocked.Read(ref delivered));
        return cycle;

        void Produce(Message<byte[], byte[]> message)
        {
            while (true)
            {
                try
                {
                    producer.Produce("call-events", message, report =>
                    {
                        Interlocked.Increment(ref delivered);
                        _fault ??= report.Error.IsError ? report.Error.Reason : null;
                    });
                    return;
                }
                catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(Tick);
                }
            }
        }
    }

    /// <summary>The record on both sides of where the cycle goes, and its key, which is the same but for the cycle.</summary>
    private static (byte[] Key, byte[] Before, byte[] After) Cut(string line)
    {
        using JsonDocument record = JsonDocument.Parse(line);
        string call = record.RootElement.GetProperty("call_id").GetString()!;
        int end = line.IndexOf($"\"call_id\":\"{call}\"", StringComparison.Ordinal) + "\"call_id\":\"".Length + call.Length;
        return (Encoding.UTF8.GetBytes($"{record.RootElement.GetProperty("switch_id").GetString()}/{call}"), Encoding.UTF8.GetBytes(line[..end]), Encoding.UTF8.GetBytes(line[end..]));
    }
}
