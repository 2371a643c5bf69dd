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

    /// <summary>Bytes of an event's fixed fields in <see cref="ContentHash"/>.</summary>
    private const int FixedContentBytes = 80;

    /// <summary>The number of a text and its length.</summary>
    private const int TextHeadBytes = 1 + sizeof(int);

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
    public static UInt128 ContentHash(in CallEvent callEvent, TextArena texts) =>
        callEvent.Marks == CallMarks.None ? HashOf(callEvent, texts) : HashOf(callEvent.AsReceived(), texts);

    [SkipLocalsInit]
    private static UInt128 HashOf(in CallEvent content, TextArena texts)
    {
        ReadOnlySpan<TextSpan> spans = CallEventTexts.In(ref Unsafe.AsRef(in content));
        int most = FixedContentBytes;
        foreach (TextSpan span in spans)
        {
            most += TextHeadBytes + span.Length;
        }

        byte[]? rented = most > StackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented is null ? stackalloc byte[StackBytes] : rented;
        WriteFixedFields(content, bytes);
        int length = WriteTexts(spans, texts.AsSpan(), bytes, FixedContentBytes);
        UInt128 hash = XxHash128.HashToUInt128(bytes[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>Of each text that is there its number, its length and its bytes.</summary>
    private static int WriteTexts(ReadOnlySpan<TextSpan> spans, ReadOnlySpan<byte> texts, Span<byte> bytes, int at)
    {
        for (int i = 0; i < spans.Length; i++)
        {
            TextSpan span = spans[i];
            if (span.IsEmpty)
            {
                continue;
            }

            bytes[at] = (byte)i;
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(at + 1)..], span.Length);
            at += TextHeadBytes;
            Memory.CopyOver(texts, span.Offset, span.Length, bytes, at);
            at += span.Length;
        }

        return at;
    }

    private static void WriteFixedFields(in CallEvent content, Span<byte> bytes)
    {
        bytes = bytes[..FixedContentBytes];
        bytes[0] = (byte)content.Kind;
        bytes[1] = content.Final ? (byte)1 : (byte)0;
        bytes[2] = content.Burst ? (byte)1 : (byte)0;
        bytes[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], content.Attempt);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], content.SipCode);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], content.SourcePort);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], content.PddMs);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], content.MosThousandths);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], content.RouteRevision);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], content.SetupMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], content.ProgressMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[48..], content.AnswerMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[56..], content.EndMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[64..], content.AnswerBMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[72..], content.EndBMs);
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
