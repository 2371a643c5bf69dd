using System.Runtime.InteropServices;
using Confluent.Kafka;
using Perimeter.Streaming.Native;

namespace Perimeter.Streaming;

/// <summary>Fetches one partition in the order of its offsets, on a thread of its own. Aborted frames and the marks of transactions are passed over.</summary>
internal sealed class PartitionFetch
{
    /// <summary>How soon a read that waits hears that it is cancelled.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

    /// <summary>A buffer is doubled, but grows by no more than so many bytes at once unless it must.</summary>
    private const int LargestGrowth = 16 << 20;

    private readonly KafkaClients _clients;
    private readonly TopicPartition _place;
    private readonly PartitionEnds _ends;
    private readonly string _group;
    private readonly ulong _incarnation;
    private readonly OwnThread _thread;
    private readonly List<Piece> _pieces = [];
    private MessageReader? _reader;

    /// <summary>What the frames of the last read point into.</summary>
    private byte[] _buffer = [];
    private int _used;

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

    public Task CloseAsync() => _thread.EndAsync(() => _reader?.Dispose());

    private List<LogFrame> Read(long from, long committed, ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            return ReadOn(from, committed, limits, wait, cancellationToken);
        }
        catch
        {
            // Whoever reads again begins anew: what failed may lie behind.
            _next = -1;
            throw;
        }
    }

    private List<LogFrame> ReadOn(long from, long committed, ReadLimits limits, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (from != _next)
        {
            _next = from;
            Assign(from);
        }

        if (_used < _buffer.Length / 4)
        {
            // One long read leaves no room behind that is never used again.
            _buffer = [];
        }

        _pieces.Clear();
        _used = 0;
        long began = _clients.Options.Time.GetTimestamp();

        // What is known to be there is waited for, however little the caller would wait for something to come.
        bool isThere = from < _ends.End;
        while (_pieces.Count < limits.MaxFrames)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan left = _pieces.Count == 0 ? Left(began, isThere ? _clients.Options.RequestTimeout : wait) : TimeSpan.Zero;
            switch (Take(left, limits.MaxBytes, committed))
            {
                case Taken.End:
                    isThere = false;
                    break;
                case Taken.Nothing when left <= TimeSpan.Zero:
                    if (isThere && _pieces.Count == 0)
                    {
                        GiveUpReader();
                    }

                    return Frames();
                case Taken.NoMore:
                    return Frames();
            }
        }

        return Frames();
    }

    private List<LogFrame> Frames()
    {
        // The buffer does not move from here on.
        List<LogFrame> frames = new(_pieces.Count);
        foreach (ref readonly Piece piece in CollectionsMarshal.AsSpan(_pieces))
        {
            LogPosition position = new(_incarnation, _place.Partition.Value, piece.Offset, 0);
            frames.Add(new LogFrame(position, piece.AppendedAtMs, _buffer.AsMemory(piece.At + piece.KeyLength, piece.ValueLength))
            {
                Key = _buffer.AsMemory(piece.At, piece.KeyLength),
                Headers = piece.Headers,
            });
        }

        return frames;
    }

    private void Assign(long from)
    {
        _reader ??= _clients.Reader(_clients.Named(_clients.Options.Instance));
        _reader.Assign(_place, from);
        _assigned = _clients.Options.Time.GetTimestamp();
        _position = from;
    }

    /// <summary>
    /// What is there has not come, so that the client may have lost its servers for good (issue 5301 of librdkafka): another reads on.
    /// </summary>
    private void GiveUpReader()
    {
        MessageReader lost = _reader!;
        _reader = null;
        _next = -1;

        // Ending a client takes as long as its servers do to answer, or not to.
        _ = Task.Factory.StartNew(lost.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Takes the next message, where one comes in time and is no more than fits.</summary>
    private unsafe Taken Take(TimeSpan wait, int maxBytes, long committed)
    {
        NativeMessage* message = _reader!.Peek(wait < Slice ? wait : Slice);
        if (message is null)
        {
            return Taken.Nothing;
        }

        if (message->Error == 0)
        {
            if (_pieces.Count > 0 && _used + message->Key.Length + message->Value.Length > maxBytes)
            {
                return Taken.NoMore;
            }

            Keep(message);
            _next = _position = message->Offset + 1;
            _reader.Pass();
            _ends.Reaches(_position);
            return Taken.One;
        }

        Error error = MessageReader.ErrorOf(message);
        long offset = message->Offset;
        _reader.Pass();
        if (error.Code != ErrorCode.Local_PartitionEOF)
        {
            Hear(error, committed);
            return Taken.Nothing;
        }

        _ends.AreEmpty(_position, offset);
        return _pieces.Count > 0 ? Taken.NoMore : Taken.End;
    }

    private unsafe void Keep(NativeMessage* message)
    {
        ReadOnlySpan<byte> key = message->Key;
        ReadOnlySpan<byte> value = message->Value;
        int length = key.Length + value.Length;
        if (_buffer.Length - _used < length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(_used + length, _buffer.Length + Math.Min(_buffer.Length, LargestGrowth)));
            _buffer.AsSpan(0, _used).CopyTo(larger);
            _buffer = larger;
        }

        key.CopyTo(_buffer.AsSpan(_used));
        value.CopyTo(_buffer.AsSpan(_used + key.Length));
        _pieces.Add(new Piece(message->Offset, MessageReader.TimestampOf(message), _used, key.Length, value.Length, MessageReader.HeadersOf(message)));
        _used += length;
    }

    private void Hear(Error error, long committed)
    {
        KafkaException cause = new(error);
        if (error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            GoOnBehindRetention(committed);
        }
        else if (error.Code is ErrorCode.Local_BadMsg or ErrorCode.Local_BadCompression or ErrorCode.InvalidMsg)
        {
            throw new LogDamagedException($"{_place}, offset {_position} or after: the message does not match its check: {error.Reason}.", cause);
        }
        else if (error.IsFatal || KafkaFaults.IsPermanent(error, _clients.Options, _assigned))
        {
            throw new LogFailedException($"{_place} cannot be read: {KafkaFaults.Reason(cause)}.", cause);
        }

        // Else the client goes on trying by itself: servers that are away come back.
    }

    /// <summary>
    /// Retention may remove what a reader that goes back is about to read, and marks. What was not read yet is a loss, and that there is nothing behind the end is another log.
    /// </summary>
    private void GoOnBehindRetention(long committed)
    {
        long low;
        long high;
        try
        {
            (low, high) = _reader!.Ends(_place, _clients.Options.RequestTimeout);
        }
        catch (KafkaException)
        {
            // Comes here again by being out of range again.
            Assign(_position);
            return;
        }

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

    private TimeSpan Left(long began, TimeSpan wait) =>
        wait == Timeout.InfiniteTimeSpan ? Slice : TimeSpan.FromTicks(Math.Max(0, (wait - _clients.Options.Time.GetElapsedTime(began)).Ticks));

    private enum Taken
    {
        One,
        Nothing,
        NoMore,
        End,
    }

    /// <summary>A message in the buffer: its key, and its value behind it.</summary>
    private readonly record struct Piece(long Offset, long AppendedAtMs, int At, int KeyLength, int ValueLength, List<LogHeader>? Headers);
}
