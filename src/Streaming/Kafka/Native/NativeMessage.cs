using System.Runtime.InteropServices;

namespace Perimeter.Streaming.Native;

/// <summary>rd_kafka_message_t of rdkafka.h, as far as a reader needs it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct NativeMessage
{
    public readonly int Error;
    private readonly nint _topic;
    private readonly int _partition;
    private readonly byte* _value;
    private readonly nuint _valueLength;
    private readonly byte* _key;
    private readonly nuint _keyLength;
    public readonly long Offset;

    /// <summary>Of an error, why.</summary>
    public ReadOnlySpan<byte> Value => new(_value, checked((int)_valueLength));

    public ReadOnlySpan<byte> Key => new(_key, checked((int)_keyLength));
}
