using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// The log over Kafka, for stages on several machines: a topic is a topic there, a frame a message, its number the message's offset. What must be there together is one
/// transaction, and readers see what is committed only.
/// docs/decisions/0012-kafka-log.md tells what each part rests on.
/// </summary>
public sealed class KafkaLog : ILog
{
    private readonly KafkaClients _clients;
    private readonly KafkaAdmin _admin;
    private readonly KafkaTopics _topics;
    private readonly SingleAppends _singles;
    private readonly TransactionWriter _writer;
    private readonly ConcurrentDictionary<(string Topic, string Group), GroupMember> _members = new();
    private int _disposed;

    private KafkaLog(KafkaClients clients, KafkaAdmin admin, KafkaTopics topics)
    {
        _clients = clients;
        _admin = admin;
        _topics = topics;
        _singles = new SingleAppends(clients);
        _writer = new TransactionWriter(clients, "append");
    }

    public int PartitionCount => _clients.Options.PartitionCount;

    /// <summary>Makes the topics that are missing.</summary>
    /// <exception cref="ArgumentException">The options are wrong, or the topics on the cluster are not as the log needs them.</exception>
    /// <exception cref="LogUnavailableException">The cluster does not answer.</exception>
    public static async Task<KafkaLog> OpenAsync(KafkaLogOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        KafkaClients clients = new(options);
        KafkaAdmin admin = new(clients);
        try
        {
            return new KafkaLog(clients, admin, await KafkaTopics.OpenAsync(clients, admin, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            admin.GiveUp();
            throw;
        }
    }

    /// <summary>Each topic has its own: positions of another topic, or of one made anew under its name, never pass for positions of this one.</summary>
    /// <exception cref="ArgumentException">The log has no such topic.</exception>
    public ulong IncarnationOf(string topic) => _topics.IncarnationOf(topic);

    public async ValueTask<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<LogOutput> frames, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        KafkaUnit unit = KafkaUnit.Of(_topics, _clients.Options, frames);
        if (frames.Count == 1)
        {
            unit.Offsets[0] = await _singles.AppendAsync(unit.Messages[0].Place, frames[0].Payload, cancellationToken).ConfigureAwait(false);
        }
        else if (frames.Count > 1)
        {
            await _writer.WriteAsync(unit, cancellationToken).ConfigureAwait(false);
        }

        return unit.PlacesOf(frames, _topics);
    }

    /// <remarks>The members of a group share the partitions, in this process and in others; the cluster decides who has which.</remarks>
    public Task ConsumeAsync(string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        _topics.IncarnationOf(topic);
        return cancellationToken.IsCancellationRequested ? Task.CompletedTask : TakePartAsync();

        async Task TakePartAsync()
        {
            bool isDone;
            do
            {
                GroupMember member = new(_clients, _topics, new KafkaOffsets(_clients), topic, group, work, cancellationToken);
                _members[(topic, group)] = member;
                try
                {
                    isDone = await member.RunAsync().ConfigureAwait(false);
                }
                finally
                {
                    _members.TryRemove(new((topic, group), member));
                }
            }
            while (!isDone && !cancellationToken.IsCancellationRequested);
        }
    }

    /// <summary>Whether this process is a member of the group that has no partition of the topic since others have them all, and would be given one of them when they go.</summary>
    public bool StandsBy(string topic, string group) => _members.TryGetValue((topic, group), out GroupMember? member) && member.StandsBy;

    /// <summary>A partition of the topic that this process has as a member of the group and does not read yet, and what it waits for; null where there is none.</summary>
    public string? Opening(string topic, string group) => _members.TryGetValue((topic, group), out GroupMember? member) ? member.Opening : null;

    /// <summary>Asks the cluster for a sign of life.</summary>
    /// <exception cref="LogUnavailableException">It does not answer.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => _admin.Call(admin => admin.GetMetadata(_clients.Named(_clients.Options.Topics[0].Name), _clients.Options.RequestTimeout)), CancellationToken.None)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException failure)
        {
            throw KafkaFaults.Unavailable($"Kafka at {_clients.Options.BootstrapServers} does not answer", failure, _clients);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await Task.WhenAll(_writer.StopAsync(), _singles.DisposeAsync().AsTask()).ConfigureAwait(false);
        _admin.GiveUp();
    }
}
