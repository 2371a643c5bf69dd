using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>Fetches one partition in the order of its offsets, on a thread of its own. Aborted frames and the marks of transactions are passed over.</summary>
internal sealed class PartitionFetch
{
    /// <summary>How soon a read that waits hears that it is cancelled.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

    private readonly KafkaClients _clients;
    private readonly TopicPartition _place;
    private readonly PartitionEnds _ends;
    private readonly string _group;
    private readonly ulong _incarnation;
    private readonly OwnThread _thread;
    private IConsumer<byte[], byte[]>? _consumer;
    private ConsumeResult<byte[], byte[]>? _leftOver;

    /// <summary>The offset that a reader asks for who goes on; the next to be fetched lies behind it where retention has removed what was between.</summary>
    private long _next = -1;
    private long _position = -1;
    private long _assigned;

    /// <param name="group">For messages to people: whose frames are read.</param>
    public PartitionFetch(KafkaClients clients, TopicPartition place, string group, ulong incarnation, PartitionEnds ends)
    {
        _clients = clients;
        _place = place;
        _group = group;
        _incarnation = incarnation;
        _ends = ends;
        _thread = new OwnThread($"{place}");
    }

    /// <summary>Another call that keeps its caller waiting, between reads.</summary>
    public Task<T> RunAsync<T>(Func<T> call) => _thread.RunAsync(call);

    /// <param name="from">The first offset to be read.</param>
    /// <param name="committed">What lies before it was dealt with: it may have been removed. What lies behind and was removed is a loss.</param>
    /// <param name="limits">How much at most.</param>
    /// <param name="wait">How long at most for what is not there yet.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LogDamagedException">Frames are missing, or one does not match its check.</exception>
    /// <exception cref="LogFailedException">The cluster refuses.</exception>
    public Task<List<LogFrame>> ReadAsync(long from, long committed, ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken) =>
        _thread.RunAsync(() => Read(from, committed, limits, wait, cancellationToken));

    public Task CloseAsync() => _thread.EndAsync(() => _consumer?.Dispose());

    private List<LogFrame> Read(long from, long committed, ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (from != _next)
        {
            _next = from;
            _leftOver = null;
            Assign(from);
        }

        List<LogFrame> frames = [];
        long bytes = 0;
        long began = _clients.Options.Time.GetTimestamp();

        // What is known to be there is waited for, however little the caller would wait for something to come.
        bool isThere = from < _ends.End;
        while (frames.Count < limits.MaxFrames)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ConsumeResult<byte[], byte[]>? result = Next(frames.Count == 0 ? Left(began, isThere ? _clients.Options.RequestTimeout : wait) : TimeSpan.Zero, committed);
            if (result is null)
            {
                if (frames.Count > 0 || Left(began, isThere ? _clients.Options.RequestTimeout : wait) <= TimeSpan.Zero)
                {
                    break;
                }

                continue;
            }

            if (result.IsPartitionEOF)
            {
                _ends.AreEmpty(_position, result.Offset.Value);
                isThere = false;
                if (frames.Count > 0)
                {
                    break;
                }

                continue;
            }

            LogFrame frame = FrameOf(result);
            if (frames.Count > 0 && bytes + frame.Payload.Length > limits.MaxBytes)
            {
                _leftOver = result;
                break;
            }

            frames.Add(frame);
            bytes += frame.Payload.Length;
            _next = _position = result.Offset.Value + 1;
            _ends.Reaches(_position);
        }

        return frames;
    }

    private void Assign(long from)
    {
        _consumer ??= _clients.Reader(_clients.Named(_clients.Options.Instance));
        _consumer.Assign(new TopicPartitionOffset(_place, from));
        _assigned = _clients.Options.Time.GetTimestamp();
        _position = from;
    }

    private ConsumeResult<byte[], byte[]>? Next(TimeSpan wait, long committed)
    {
        if (_leftOver is { } leftOver)
        {
            _leftOver = null;
            return leftOver;
        }

        try
        {
            return _consumer!.Consume(wait < Slice ? wait : Slice);
        }
        catch (ConsumeException exception) when (exception.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            GoOnBehindRetention(committed);
            return null;
        }
        catch (ConsumeException exception) when (exception.Error.Code is ErrorCode.Local_BadMsg or ErrorCode.Local_BadCompression or ErrorCode.InvalidMsg)
        {
            throw new LogDamagedException($"{_place}, offset {_position} or after: the message does not match its check: {exception.Error.Reason}.", exception);
        }
        catch (ConsumeException exception) when (exception.Error.IsFatal || KafkaFaults.IsPermanent(exception.Error, _clients.Options, _assigned))
        {
            throw new LogFailedException($"{_place} cannot be read: {KafkaFaults.Reason(exception)}.", exception);
        }
        catch (ConsumeException)
        {
            // The client goes on trying by itself: servers that are away come back.
            return null;
        }
    }

    /// <summary>
    /// Retention may remove what a reader that goes back is about to read, and marks. What was not read yet is a loss, and that there is nothing behind the end is another log.
    /// </summary>
    private void GoOnBehindRetention(long committed)
    {
        WatermarkOffsets ends;
        try
        {
            ends = _consumer!.QueryWatermarkOffsets(_place, _clients.Options.RequestTimeout);
        }
        catch (KafkaException)
        {
            // Comes here again by being out of range again.
            Assign(_position);
            return;
        }

        (long low, long high) = (ends.Low.Value, ends.High.Value);
        if (_position > high)
        {
            throw new LogDamagedException($"{_place} ends before offset {high}, and {_position} was read already: the cluster has lost frames that it had acknowledged.");
        }

        long unread = Math.Max(_position, committed);
        if (unread < low && !(_ends.EmptyTo(unread) >= low))
        {
            throw KafkaFaults.Lost(_place, _group, unread, low);
        }

        _ends.BeginsWith(low);
        Assign(Math.Max(_position, low));
    }

    private LogFrame FrameOf(ConsumeResult<byte[], byte[]> result)
    {
        Message<byte[], byte[]> message = result.Message;
        LogPosition position = new(_incarnation, _place.Partition.Value, result.Offset.Value, 0);
        return new LogFrame(position, message.Timestamp.UnixTimestampMs, message.Value ?? [])
        {
            Key = message.Key ?? [],
            Headers = message.Headers is { Count: > 0 } headers ? [.. headers.Select(header => new LogHeader(header.Key, header.GetValueBytes() ?? []))] : null,
        };
    }

    private TimeSpan Left(long began, TimeSpan wait) =>
        wait == Timeout.InfiniteTimeSpan ? Slice : TimeSpan.FromTicks(Math.Max(0, (wait - _clients.Options.Time.GetElapsedTime(began)).Ticks));
}
