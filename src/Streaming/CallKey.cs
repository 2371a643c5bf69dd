using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>What is computed from a call's key and content: its partition, and the hashes that deduplication holds.</summary>
public static class CallKey
{
    /// <summary>Keys and contents up to so many bytes are put together on the stack.</summary>
    private const int StackBytes = 1024;

    private const int AttemptDigits = 5;

    private static readonly int TextCount = CallEventTexts.All.Count;

    /// <summary>Bytes of an event's fixed fields in <see cref="ContentHash"/>: four of 1 or 2 bytes, four of 4, seven of 8.</summary>
    private const int FixedContentBytes = 5 + (4 * sizeof(int)) + (7 * sizeof(long));

    /// <summary>
    /// The partition of a call: murmur2 of the UTF-8 text <c>switch_id/call_id</c>, made positive, modulo the count of partitions.
    /// It is what Kafka's own clients compute for this key, so that a switch may write to Kafka itself.
    /// </summary>
    [SkipLocalsInit]
    public static int PartitionOf(ReadOnlySpan<byte> switchId, ReadOnlySpan<byte> callId, int partitionCount)
    {
        int length = switchId.Length + 1 + callId.Length;
        byte[]? rented = length > StackBytes ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> key = rented is null ? stackalloc byte[StackBytes] : rented;
        int partition = PartitionOf(key[..Join(switchId, '/', callId, key)], partitionCount);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return partition;
    }

    /// <summary>Both of a key, which is put together once.</summary>
    [SkipLocalsInit]
    public static int PartitionOf(ReadOnlySpan<byte> switchId, ReadOnlySpan<byte> callId, ushort attempt, int partitionCount, out UInt128 hash)
    {
        int most = switchId.Length + callId.Length + 2 + AttemptDigits;
        byte[]? rented = most > StackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> key = rented is null ? stackalloc byte[StackBytes] : rented;
        int length = Join(switchId, '/', callId, key);
        int partition = PartitionOf(key[..length], partitionCount);
        key[switchId.Length] = 0;
        hash = HashOf(key, length, attempt);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return partition;
    }

    /// <summary>XXH128 of <c>switch_id NUL call_id NUL attempt</c>, the attempt in decimal digits. Texts with a NUL never get so far: ingest refuses them.</summary>
    [SkipLocalsInit]
    public static UInt128 Hash(ReadOnlySpan<byte> switchId, ReadOnlySpan<byte> callId, ushort attempt)
    {
        int most = switchId.Length + callId.Length + 2 + AttemptDigits;
        byte[]? rented = most > StackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> key = rented is null ? stackalloc byte[StackBytes] : rented;
        UInt128 hash = HashOf(key, Join(switchId, '\0', callId, key), attempt);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <returns>The length of both with what is between them.</returns>
    private static int Join(ReadOnlySpan<byte> switchId, char between, ReadOnlySpan<byte> callId, Span<byte> key)
    {
        switchId.CopyTo(key);
        key[switchId.Length] = (byte)between;
        callId.CopyTo(key[(switchId.Length + 1)..]);
        return switchId.Length + 1 + callId.Length;
    }

    private static int PartitionOf(ReadOnlySpan<byte> key, int partitionCount) => (Murmur2(key) & int.MaxValue) % partitionCount;

    /// <param name="key">With the ids in it, and room for the attempt.</param>
    /// <param name="at">Behind the ids.</param>
    private static UInt128 HashOf(Span<byte> key, int at, ushort attempt)
    {
        key[at++] = 0;
        int digits = 1;
        if (attempt <= 9)
        {
            key[at] = (byte)('0' + attempt);
        }
        else
        {
            Utf8Formatter.TryFormat(attempt, key[at..], out digits);
        }

        return XxHash128.HashToUInt128(key[..(at + digits)]);
    }

    /// <summary>XXH64 of the call id: what rated_calls is indexed by.</summary>
    public static ulong CallIdHash(ReadOnlySpan<byte> callId) => XxHash64.HashToUInt64(callId);

    /// <summary>
    /// XXH128 over every field of the event as received: a time that was taken from the call's answered event is none of them. Stored nowhere: it tells a repeat from a conflict.
    /// </summary>
    [SkipLocalsInit]
    public static UInt128 ContentHash(in CallEvent callEvent, TextArena texts)
    {
        CallEvent content = callEvent.Marks == CallMarks.None ? callEvent : callEvent.AsReceived();
        int length = FixedContentBytes;
        for (int field = 0; field < TextCount; field++)
        {
            length += sizeof(int) + CallEventTexts.Of(ref content, (CallEventText)field).Length;
        }

        byte[]? rented = length > StackBytes ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = rented is null ? stackalloc byte[StackBytes] : rented;
        Span<byte> rest = WriteFixedFields(content, bytes);
        for (int field = 0; field < TextCount; field++)
        {
            ReadOnlySpan<byte> text = texts[CallEventTexts.Of(ref content, (CallEventText)field)];
            BinaryPrimitives.WriteInt32LittleEndian(rest, text.Length);
            text.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + text.Length)..];
        }

        UInt128 hash = XxHash128.HashToUInt128(bytes[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    private static Span<byte> WriteFixedFields(in CallEvent content, Span<byte> bytes)
    {
        bytes[0] = (byte)content.Kind;
        bytes[1] = content.Final ? (byte)1 : (byte)0;
        bytes[2] = content.Burst ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[3..], content.Attempt);
        Span<byte> rest = bytes[5..];
        ReadOnlySpan<int> numbers = [content.SipCode, content.SourcePort, content.PddMs, content.MosThousandths];
        foreach (int number in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, number);
            rest = rest[sizeof(int)..];
        }

        ReadOnlySpan<long> longs =
        [
            content.RouteRevision, content.SetupMs, content.ProgressMs, content.AnswerMs, content.EndMs, content.AnswerBMs, content.EndBMs,
        ];
        foreach (long value in longs)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, value);
            rest = rest[sizeof(long)..];
        }

        return rest;
    }

    internal static int Murmur2(ReadOnlySpan<byte> data)
    {
        const uint seed = 0x9747B28C;
        const uint multiplier = 0x5BD1E995;
        unchecked
        {
            uint hash = seed ^ (uint)data.Length;
            while (data.Length >= sizeof(uint))
            {
                uint word = BinaryPrimitives.ReadUInt32LittleEndian(data) * multiplier;
                word = (word ^ (word >> 24)) * multiplier;
                hash = (hash * multiplier) ^ word;
                data = data[sizeof(uint)..];
            }

            if (!data.IsEmpty)
            {
                uint tail = 0;
                for (int i = 0; i < data.Length; i++)
                {
                    tail |= (uint)data[i] << (8 * i);
                }

                hash = (hash ^ tail) * multiplier;
            }

            hash = (hash ^ (hash >> 13)) * multiplier;
            return (int)(hash ^ (hash >> 15));
        }
    }
}
