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
    private readonly ulong _incarnation;
    private readonly OwnThread _thread;
    private IConsumer<byte[], byte[]>? _consumer;
    private ConsumeResult<byte[], byte[]>? _leftOver;
    private long _position = -1;

    public PartitionFetch(KafkaClients clients, TopicPartition place, ulong incarnation, PartitionEnds ends)
    {
        _clients = clients;
        _place = place;
        _incarnation = incarnation;
        _ends = ends;
        _thread = new OwnThread($"{place}");
    }

    /// <summary>Another call that keeps its caller waiting, between reads.</summary>
    public Task<T> RunAsync<T>(Func<T> call) => _thread.RunAsync(call);

    public Task<List<LogFrame>> ReadAsync(long from, ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken) =>
        _thread.RunAsync(() => Read(from, limits, wait, cancellationToken));

    public Task CloseAsync() => _thread.EndAsync(() => _consumer?.Dispose());

    private List<LogFrame> Read(long from, ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (from != _position)
        {
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
            ConsumeResult<byte[], byte[]>? result = Next(frames.Count == 0 ? Left(began, isThere ? _clients.Options.RequestTimeout : wait) : TimeSpan.Zero);
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
            _position = result.Offset.Value + 1;
            _ends.Reaches(_position);
        }

        return frames;
    }

    private void Assign(long from)
    {
        _consumer ??= _clients.Reader(_clients.Named(_clients.Options.Instance));
        _consumer.Assign(new TopicPartitionOffset(_place, from));
        _leftOver = null;
        _position = from;
    }

    private ConsumeResult<byte[], byte[]>? Next(TimeSpan wait)
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
            GoOnBehindRetention();
            return null;
        }
        catch (ConsumeException exception) when (exception.Error.Code is ErrorCode.Local_BadMsg or ErrorCode.Local_BadCompression or ErrorCode.InvalidMsg)
        {
            throw new LogDamagedException($"{_place}, offset {_position} or after: the message does not match its check: {exception.Error.Reason}.", exception);
        }
        catch (ConsumeException exception) when (KafkaFaults.IsPermanent(exception.Error) || exception.Error.IsFatal)
        {
            throw new LogFailedException($"{_place} cannot be read: {KafkaFaults.Reason(exception)}.", exception);
        }
        catch (ConsumeException)
        {
            // The client goes on trying by itself: servers that are away come back.
            return null;
        }
    }

    /// <summary>Retention may remove what a reader that goes back is about to read. That there is nothing behind the end means another log.</summary>
    private void GoOnBehindRetention()
    {
        WatermarkOffsets ends = _consumer!.QueryWatermarkOffsets(_place, _clients.Options.RequestTimeout);
        if (_position > ends.High.Value)
        {
            throw new LogDamagedException($"{_place} ends before offset {ends.High.Value}, and {_position} was read already: the cluster has lost frames that it had acknowledged.");
        }

        _ends.BeginsWith(ends.Low.Value);
        Assign(Math.Max(_position, ends.Low.Value));
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
