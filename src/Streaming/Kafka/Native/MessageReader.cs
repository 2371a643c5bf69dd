using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace Perimeter.Streaming.Native;

/// <summary>
/// Reads the messages of one partition, many with one call, where they lie: Confluent's client makes five objects and four calls of each, which is more than rating a call takes where each is a
/// message. Used by one thread.
/// </summary>
internal sealed unsafe class MessageReader : IDisposable
{
    private const int MaxMessages = 1024;
    private const int ErrorLength = 512;

    private readonly NativeMessage*[] _messages = new NativeMessage*[MaxMessages];
    private readonly Action<string> _complain;
    private readonly nint _client;
    private readonly nint _queue;
    private GCHandle _self;
    private int _next;
    private int _count;

    /// <param name="settings">Of librdkafka.</param>
    /// <param name="complain">Told why the client cannot go on for now.</param>
    /// <exception cref="ArgumentException">There is no such setting, or it has no such value.</exception>
    public MessageReader(Dictionary<string, string> settings, Action<string> complain)
    {
        _complain = complain;
        _self = GCHandle.Alloc(this);
        nint conf = Librdkafka.ConfNew();
        try
        {
            Span<byte> error = stackalloc byte[ErrorLength];
            foreach ((string name, string value) in settings)
            {
                if (Librdkafka.ConfSet(conf, name, value, error, ErrorLength) != Librdkafka.ConfOk)
                {
                    throw new ArgumentException(TextOf(error));
                }
            }

            Librdkafka.ConfSetOpaque(conf, GCHandle.ToIntPtr(_self));
            Librdkafka.ConfSetErrorCallback(conf, &HearError);
            Librdkafka.ConfSetLogCallback(conf, &HearLog);
            _client = Librdkafka.New(Librdkafka.Consumer, conf, error, ErrorLength);
            if (_client == 0)
            {
                throw new ArgumentException(TextOf(error));
            }
        }
        catch
        {
            Librdkafka.ConfDestroy(conf);
            _self.Free();
            throw;
        }

        Librdkafka.PollSetConsumer(_client);
        _queue = Librdkafka.QueueGetConsumer(_client);
    }

    /// <summary>Reads from there on; what was read ahead is let go.</summary>
    public void Assign(TopicPartition place, long offset)
    {
        LetGo();
        nint places = Librdkafka.PlacesNew(1);
        try
        {
            Librdkafka.PlacesAdd(places, place.Topic, place.Partition.Value);
            Librdkafka.PlacesSetOffset(places, place.Topic, place.Partition.Value, offset);
            Check(Librdkafka.Assign(_client, places));
        }
        finally
        {
            Librdkafka.PlacesDestroy(places);
        }
    }

    /// <summary>The next message, which stays where it is until <see cref="Pass"/>; null where none came in time. It may stand for an error or the partition's end.</summary>
    public NativeMessage* Peek(TimeSpan wait)
    {
        if (_next == _count)
        {
            _next = 0;
            _count = 0;
            Fetch(0, MaxMessages);
            if (_count == 0 && wait > TimeSpan.Zero)
            {
                Fetch((int)Math.Ceiling(wait.TotalMilliseconds), 1);
            }
        }

        return _next < _count ? _messages[_next] : null;
    }

    /// <summary>Lets go of the message that was seen last.</summary>
    public void Pass() => Librdkafka.MessageDestroy(_messages[_next++]);

    /// <summary>In ms since 1970, UTC.</summary>
    public static long TimestampOf(NativeMessage* message) => Librdkafka.MessageTimestamp(message, out _);

    /// <returns>Null where there are none.</returns>
    public static List<LogHeader>? HeadersOf(NativeMessage* message)
    {
        if (Librdkafka.MessageHeaders(message, out nint headers) != 0)
        {
            return null;
        }

        List<LogHeader> found = [];
        for (nuint i = 0; Librdkafka.HeaderAt(headers, i, out byte* name, out byte* value, out nuint size) == 0; i++)
        {
            found.Add(new LogHeader(TextOf(name), new ReadOnlySpan<byte>(value, checked((int)size)).ToArray()));
        }

        return found.Count > 0 ? found : null;
    }

    public static Error ErrorOf(NativeMessage* message) =>
        new((ErrorCode)message->Error, TextOf(Librdkafka.MessageErrorText(message)), isFatal: (ErrorCode)message->Error == ErrorCode.Local_Fatal);

    /// <exception cref="KafkaException">There is no answer in time.</exception>
    public (long Low, long High) Ends(TopicPartition place, TimeSpan timeout)
    {
        Check(Librdkafka.QueryWatermarkOffsets(_client, place.Topic, place.Partition.Value, out long low, out long high, (int)timeout.TotalMilliseconds));
        return (low, high);
    }

    public void Dispose()
    {
        LetGo();
        Librdkafka.QueueDestroy(_queue);
        Librdkafka.Destroy(_client, Librdkafka.DestroyWithoutClosing);
        _self.Free();
    }

    private void Fetch(int waitMs, int most)
    {
        fixed (NativeMessage** messages = _messages)
        {
            nint count = Librdkafka.ConsumeBatchQueue(_queue, waitMs, messages, (nuint)most);
            _count = count < 0 ? throw new KafkaException(ErrorCode.Local_Fail) : (int)count;
        }
    }

    private void LetGo()
    {
        while (_next < _count)
        {
            Pass();
        }
    }

    private static void Check(int code)
    {
        if (code != 0)
        {
            throw new KafkaException(new Error((ErrorCode)code, TextOf(Librdkafka.ErrorText(code))));
        }
    }

    private static string TextOf(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private static string TextOf(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Max(0, text.IndexOf((byte)0))]);

    [UnmanagedCallersOnly]
    private static void HearError(nint client, int code, byte* reason, nint self) => ((MessageReader)GCHandle.FromIntPtr(self).Target!)._complain(TextOf(reason));

    [UnmanagedCallersOnly]
    private static void HearLog(nint client, int level, byte* facility, byte* text)
    {
        // What matters comes as an error.
    }
}
