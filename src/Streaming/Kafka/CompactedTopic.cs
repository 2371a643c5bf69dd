using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// A topic of Kafka that keeps the newest value of each key for good: what is published once and read by everyone who starts. One partition, so that all see the same order.
/// Values may be longer than a message. Nothing takes a key away again.
/// </summary>
public sealed class CompactedTopic : IAsyncDisposable
{
    /// <summary>How soon a reader that has read all hears that it has.</summary>
    private static readonly TimeSpan LookWait = TimeSpan.FromMilliseconds(100);

    private readonly KafkaClients _clients;
    private readonly KafkaAdmin _admin;
    private readonly KafkaTopics _topics;
    private readonly TransactionWriter _writer;
    private readonly TopicPartition _place;
    private int _disposed;

    private CompactedTopic(KafkaClients clients, KafkaAdmin admin, KafkaTopics topics, string name)
    {
        _clients = clients;
        _admin = admin;
        _topics = topics;
        Name = name;
        _place = topics.Place(name, 0);
        _writer = new TransactionWriter(clients, name);
    }

    public string Name { get; }

    private KafkaLogOptions Options => _clients.Options;

    /// <summary>Makes the topic where it is missing.</summary>
    /// <param name="options">Of the log beside it; its topics and their number of partitions are not looked at.</param>
    /// <param name="topic">Compacted; such as <see cref="KafkaTopic.ConfigSnapshots"/>.</param>
    /// <exception cref="ArgumentException">The options are wrong, or the topic on the cluster is not as it must be.</exception>
    /// <exception cref="LogUnavailableException">The cluster does not answer.</exception>
    public static async Task<CompactedTopic> OpenAsync(KafkaLogOptions options, KafkaTopic topic, CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (!topic.IsCompacted)
        {
            throw new ArgumentException($"{topic.Name} is a topic of frames, of which retention removes the old ones; values by key need a compacted one.", nameof(topic));
        }

        KafkaClients clients = new(options with { Topics = [topic], PartitionCount = 1 });
        KafkaAdmin admin = new(clients);
        try
        {
            return new CompactedTopic(clients, admin, await KafkaTopics.OpenAsync(clients, admin, cancellationToken).ConfigureAwait(false), topic.Name);
        }
        catch
        {
            admin.GiveUp();
            throw;
        }
    }

    /// <summary>
    /// Publishes the values, all of them or none, and completes when they are durable. Readers are given them in the order given here: what refers to others goes last.
    /// Whatever the exception, publishing the same again is safe.
    /// </summary>
    /// <exception cref="ArgumentException">The values are too many bytes, or a key is empty or too long.</exception>
    /// <exception cref="LogUnavailableException">The cluster cannot be reached, or has too few replicas in step; nothing was published.</exception>
    /// <exception cref="LogFailedException">Whether they were published is not known, or trying again will not help; the message says which.</exception>
    public async Task PublishAsync(IReadOnlyList<CompactedEntry> entries, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (CompactedEntry entry in entries)
        {
            if (entry.Key.Length == 0 || Encoding.UTF8.GetByteCount(entry.Key) > CompactedFormat.MaxKeyBytes)
            {
                throw new ArgumentException($"The key '{entry.Key}' must have 1 to {CompactedFormat.MaxKeyBytes} bytes of UTF-8.", nameof(entries));
            }
        }

        long bytes = entries.Sum(entry => (long)entry.Value.Length);
        if (bytes > Options.MaxAppendBytes)
        {
            throw new ArgumentException($"The values have {bytes} bytes together, and {Options.MaxAppendBytes} is the most at once: publish fewer at a time, or raise MaxAppendBytes.", nameof(entries));
        }

        if (entries.Count > 0)
        {
            await _writer.WriteAsync(new KafkaUnit([.. entries.SelectMany(entry => CompactedFormat.Cut(_place, entry))], bytes), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads the topic from its beginning, and follows it until cancelled. At first an earlier value of a key may come before its newest one; all that was published when this
    /// began has been given where <see cref="CompactedChanges.IsCaughtUp"/>, and the first of that kind comes though nothing be there. A cluster that is away is waited for.
    /// </summary>
    /// <exception cref="LogDamagedException">A message or the newest value of a key is not whole.</exception>
    /// <exception cref="LogFailedException">The topic was made anew, or cannot be read.</exception>
    public async IAsyncEnumerable<CompactedChanges> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        using KafkaOffsets offsets = new(_clients);
        await offsets.AskAsync(_place, KafkaOffsets.TopicQuestion, () => _topics.ThrowIfMadeAnewAsync(Name), cancellationToken).ConfigureAwait(false);
        (long next, long stable) = await offsets.SettledRangeAsync(_place, cancellationToken).ConfigureAwait(false);
        PartitionEnds ends = new(next, stable);
        PartitionFetch fetch = new(_clients, _place, Options.Instance, _topics.IncarnationOf(Name), ends);
        try
        {
            CompactedAssembly assembly = new($"{_place}");
            ReadLimits limits = new(MaxFrames: 10_000, Options.ReadAheadBytes);
            bool isCaughtUp = false;
            while (true)
            {
                List<LogFrame> messages = await fetch.ReadAsync(next, next, limits, LookWait, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
                next = messages.Count > 0 ? messages[^1].Position.Frame + 1 : next;
                CompactedEntry[] entries = [.. messages.Select(assembly.Take).OfType<CompactedEntry>()];
                bool isAtEnd = ends.IsSeenEmptyFrom(next);
                if (isAtEnd)
                {
                    assembly.AtEnd();
                }

                if (entries.Length > 0 || (isAtEnd && !isCaughtUp))
                {
                    isCaughtUp |= isAtEnd;
                    yield return new CompactedChanges(entries, isCaughtUp);
                }
            }
        }
        finally
        {
            await Task.WhenAny(fetch.CloseAsync(), Task.Delay(Options.CloseTimeout, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    /// <summary>The newest value of each key, as of now.</summary>
    /// <inheritdoc cref="FollowAsync" path="/exception"/>
    public async Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ReadAllAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, ReadOnlyMemory<byte>> values = [];
        await foreach (CompactedChanges changes in FollowAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (CompactedEntry entry in changes.Entries)
            {
                values[entry.Key] = entry.Value;
            }

            if (changes.IsCaughtUp)
            {
                break;
            }
        }

        return values;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _writer.StopAsync().ConfigureAwait(false);
        _admin.GiveUp();
    }
}
