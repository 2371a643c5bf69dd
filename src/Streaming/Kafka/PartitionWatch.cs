using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// Looks now and then at the partitions that a member has: where they end, so that lag is true while a reader is behind or its work is busy; whether the topic is still the
/// one that was opened; and that nothing follows a cursor but marks, which is written down, since retention may remove the last frame with all that lies behind it, and then nobody could tell.
/// </summary>
internal sealed class PartitionWatch(KafkaLogOptions options, KafkaOffsets offsets, KafkaTopics topics, string topic, string group)
{
    /// <summary>The cluster forgets what a group without members has written down, in days.</summary>
    private static readonly TimeSpan NoteAgain = TimeSpan.FromHours(1);

    /// <summary>
    /// Of so many looks one asks what the topic is, though nothing speaks of another: one made anew begins at offset 0 again, so that it ends before what was read, but for a moment or for
    /// an empty one. To ask for it is not without danger (<see cref="KafkaAdmin"/>).
    /// </summary>
    private const int LooksOfIdentity = 60;

    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, KafkaPartitionReader> _readers = [];
    private readonly Dictionary<TopicPartition, (long To, long At)> _noted = [];
    private bool _isSeenAnew;
    private int _looks;

    /// <summary>Where it is written down that nothing follows the cursors of a group up to some offset: as cursors of a group beside it, which nobody joins.</summary>
    public static string PassedGroup(string group) => group + ".passed";

    public void Add(TopicPartition place, KafkaPartitionReader reader)
    {
        lock (_gate)
        {
            _readers[place] = reader;
        }
    }

    public void Remove(TopicPartition place)
    {
        lock (_gate)
        {
            _readers.Remove(place);
        }
    }

    /// <exception cref="LogFailedException">The topic was deleted or made anew.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(options.EndsInterval, options.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            Dictionary<TopicPartition, KafkaPartitionReader> readers;
            lock (_gate)
            {
                readers = new Dictionary<TopicPartition, KafkaPartitionReader>(_readers);
            }

            try
            {
                await LookAsync(readers, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is KafkaException or OperationCanceledException)
            {
                // Asked again in a moment; what is known stays as it was.
            }
        }
    }

    private async Task LookAsync(Dictionary<TopicPartition, KafkaPartitionReader> readers, CancellationToken cancellationToken)
    {
        if (readers.Count == 0)
        {
            return;
        }

        bool isDoubtful = _isSeenAnew || _looks++ % LooksOfIdentity == 0;
        try
        {
            foreach ((TopicPartition place, KafkaPartitionReader reader) in readers)
            {
                (long first, long end) = await offsets.RangeAsync(place).WaitAsync(cancellationToken).ConfigureAwait(false);
                isDoubtful |= end < reader.Ends.End;
                reader.Ends.Reaches(end);
                reader.Ends.BeginsWith(first);
            }
        }
        catch (KafkaException exception) when (KafkaFaults.IsNotThere(exception.Error))
        {
            // It was deleted, which is looked at next.
            isDoubtful = true;
        }

        // After the cluster has answered: the admin client (librdkafka 2.16) may end the process when it is asked while servers are away.
        if (isDoubtful)
        {
            await ThrowIfMadeAnewAsync(cancellationToken).ConfigureAwait(false);
        }

        await NoteAsync(readers, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Believed when it is seen twice: a server that has just come back may know less than the others.</summary>
    private async Task ThrowIfMadeAnewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await topics.ThrowIfMadeAnewAsync(topic).WaitAsync(cancellationToken).ConfigureAwait(false);
            _isSeenAnew = false;
        }
        catch (LogFailedException) when (!_isSeenAnew)
        {
            _isSeenAnew = true;
        }
        catch (KafkaException exception) when (KafkaFaults.IsNotThere(exception.Error))
        {
            if (_isSeenAnew)
            {
                throw new LogFailedException($"The topic {topic} was deleted while the log was open: whoever reads it has no place in it any more. Start again.", exception);
            }

            _isSeenAnew = true;
        }
    }

    private async Task NoteAsync(Dictionary<TopicPartition, KafkaPartitionReader> readers, CancellationToken cancellationToken)
    {
        List<TopicPartitionOffset> passed = [];
        foreach ((TopicPartition place, KafkaPartitionReader reader) in readers)
        {
            if (reader.Ends.EmptyTo(reader.CommittedFrame) is { } to
                && !(_noted.TryGetValue(place, out (long To, long At) noted) && noted.To >= to && options.Time.GetElapsedTime(noted.At) < NoteAgain))
            {
                passed.Add(new TopicPartitionOffset(place, to));
            }
        }

        if (passed.Count > 0)
        {
            await offsets.MoveAsync(PassedGroup(group), passed).WaitAsync(cancellationToken).ConfigureAwait(false);
            passed.ForEach(place => _noted[place.TopicPartition] = (place.Offset.Value, options.Time.GetTimestamp()));
        }
    }
}
