using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Streaming.Tests;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Events of OpenSIPS from a topic of a real broker, onto a real log.</summary>
public sealed class TopicIntakeTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _clock = new(Reading.Now);
    private readonly IngestCounters _counters = new();
    private readonly SwitchConfig _config = new(1, "osips1", SwitchType.OpenSips) { Topic = $"opensips-{Guid.NewGuid():N}" };
    private ScratchLog _scratch = null!;
    private KafkaLogOptions _kafka = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _scratch = await ScratchLog.OpenAsync();
        _kafka = new KafkaLogOptions
        {
            BootstrapServers = await KafkaBroker.BootstrapAsync(), Instance = "one", Prefix = $"t{Guid.NewGuid():N}.", SessionTimeout = TimeSpan.FromSeconds(4),
        };
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _kafka.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = _config.Topic, NumPartitions = 2, ReplicationFactor = 1 }]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_scratch is not null)
        {
            await _scratch.DisposeAsync();
        }
    }

    [Fact]
    public async Task Every_message_is_on_the_log_or_in_the_quarantine_and_after_a_crash_between_append_and_commit_it_comes_again_as_a_repeat()
    {
        const int calls = 300;
        Produce([.. Enumerable.Range(0, calls).Select(i => Call($"c{i}")), "no event", ""]);

        // Dies once its first batch is durable: nothing is committed.
        await using (var dying = new FaultyLog(_scratch.Log, _ => AppendFate.DiesAfter))
        {
            await Assert.ThrowsAsync<KilledException>(() => Open(dying).RunAsync(Cancelled).WaitAsync(Bound, Cancelled));
        }

        SortedDictionary<string, int> before = await _scratch.CallsAsync();
        Assert.NotEmpty(before);
        await RunUntilAsync(() => _counters.Accepted + _counters.Quarantined == calls + 2);
        SortedDictionary<string, int> after = await _scratch.CallsAsync();
        Assert.Equal(calls, after.Count);
        Assert.All(after, call => Assert.Equal(before.ContainsKey(call.Key) ? 2 : 1, call.Value));
        Assert.Equal(2, _counters.Quarantined);

        // What was taken and committed does not come again.
        Produce([Call("last")]);
        await RunUntilAsync(() => _counters.Accepted == calls + 1);
        Assert.Equal(calls + 1, (await _scratch.CallsAsync()).Count);
        Assert.Equal(2, _counters.Quarantined);
    }

    [Fact]
    public async Task While_the_log_takes_nothing_messages_wait_on_the_topic()
    {
        Produce([Call("c1")]);
        int full = 2;
        await using var log = new FaultyLog(_scratch.Log, _ => Interlocked.Decrement(ref full) >= 0 ? AppendFate.Full : AppendFate.Done);
        TopicIntake intake = Open(log);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task running = intake.RunAsync(stopping.Token);
        await UntilAsync(() => intake.Trouble.StartsWith("Messages of switch:osips1 wait for the log: ", StringComparison.Ordinal));
        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return _counters.Accepted == 1;
        });
        await stopping.CancelAsync();
        await running.WaitAsync(Bound, Cancelled);
        Assert.Single(await _scratch.CallsAsync());
    }

    private static string Call(string id) => Fixture.Text("opensips/cdr.json").Replace("a1b2@198.51.100.7", id, StringComparison.Ordinal);

    private TopicIntake Open(ILog log) => new(log, _kafka, _config, new IngestLimits(), _clock, _counters);

    private async Task RunUntilAsync(Func<bool> holds)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task running = Open(_scratch.Log).RunAsync(stopping.Token);
        await UntilAsync(() => holds() || running.IsFaulted);
        await stopping.CancelAsync();
        await running.WaitAsync(Bound, Cancelled);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, "It did not come about in time.");
            await Task.Delay(20, Cancelled);
        }
    }

    private void Produce(IEnumerable<string> messages)
    {
        using IProducer<string, byte[]> producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = _kafka.BootstrapServers, Acks = Acks.All }).Build();
        int key = 0;
        foreach (string message in messages)
        {
            producer.Produce(_config.Topic, new Message<string, byte[]> { Key = $"{key++}", Value = Encoding.UTF8.GetBytes(message) });
        }

        Assert.Equal(0, producer.Flush(Bound));
    }
}
