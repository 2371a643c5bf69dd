using System.Reflection;
using System.Runtime.InteropServices;

namespace Perimeter.Streaming.Native;

/// <summary>
/// Functions of librdkafka's C interface (rdkafka.h, stable within its major version 2), of the library that Confluent's client brings and loads. Only what
/// <see cref="MessageReader"/> needs; everything else goes through that client.
/// </summary>
internal static partial class Librdkafka
{
    public const int Consumer = 1;
    public const int ConfOk = 0;

    /// <summary>Without a group there is none to be left.</summary>
    public const int DestroyWithoutClosing = 8;

    private const string Library = "librdkafka";

    // As Confluent's client looks for it: the usual one, the one for musl, the one for older systems.
    private static readonly string[] Variants = [Library, "alpine-librdkafka", "centos8-librdkafka"];

    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, static (name, assembly, path) => name == Library ? Load(assembly, path) : 0);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfNew();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void ConfDestroy(nint conf);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ConfSet(nint conf, string name, string value, Span<byte> error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_opaque")]
    public static partial void ConfSetOpaque(nint conf, nint opaque);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_error_cb")]
    public static unsafe partial void ConfSetErrorCallback(nint conf, delegate* unmanaged<nint, int, byte*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    public static unsafe partial void ConfSetLogCallback(nint conf, delegate* unmanaged<nint, int, byte*, byte*, void> callback);

    /// <summary>Takes the configuration over where it succeeds.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint conf, Span<byte> error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy_flags")]
    public static partial void Destroy(nint client, int flags);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll_set_consumer")]
    public static partial int PollSetConsumer(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_consumer")]
    public static partial nint QueueGetConsumer(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void QueueDestroy(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_new")]
    public static partial nint PlacesNew(int size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint PlacesAdd(nint places, string topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_set_offset", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PlacesSetOffset(nint places, string topic, int partition, long offset);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    public static partial void PlacesDestroy(nint places);

    [LibraryImport(Library, EntryPoint = "rd_kafka_assign")]
    public static partial int Assign(nint client, nint places);

    [LibraryImport(Library, EntryPoint = "rd_kafka_query_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int QueryWatermarkOffsets(nint client, string topic, int partition, out long low, out long high, int timeoutMs);

    /// <summary>Waits until so many are there or the time is up: what is there at once is asked for with no time.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static unsafe partial nint ConsumeBatchQueue(nint queue, int timeoutMs, NativeMessage** messages, nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    public static unsafe partial void MessageDestroy(NativeMessage* message);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    [SuppressGCTransition]
    public static unsafe partial long MessageTimestamp(NativeMessage* message, out int type);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_headers")]
    public static unsafe partial int MessageHeaders(NativeMessage* message, out nint headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_get_all")]
    public static unsafe partial int HeaderAt(nint headers, nuint index, out byte* name, out byte* value, out nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_errstr")]
    public static unsafe partial byte* MessageErrorText(NativeMessage* message);

    [LibraryImport(Library, EntryPoint = "rd_kafka_err2str")]
    public static unsafe partial byte* ErrorText(int code);

    private static nint Load(Assembly assembly, DllImportSearchPath? path)
    {
        foreach (string variant in Variants)
        {
            if (NativeLibrary.TryLoad(variant, assembly, path, out nint library))
            {
                return library;
            }
        }

        return 0;
    }
}
