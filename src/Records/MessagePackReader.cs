using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;

namespace Perimeter.Records;

internal enum MessagePackKind : byte
{
    /// <summary>The bytes end in the middle of a value, or a byte begins none.</summary>
    Broken,
    Nil,
    False,
    True,

    /// <summary><see cref="MessagePackReader.Bytes"/> is the number as JSON would write it.</summary>
    Number,

    /// <summary>A text or binary: <see cref="MessagePackReader.Bytes"/>, as they are.</summary>
    Text,

    /// <summary><see cref="MessagePackReader.Count"/> pairs of values follow.</summary>
    Map,

    /// <summary><see cref="MessagePackReader.Count"/> values follow.</summary>
    Array,

    /// <summary>An extension that means nothing here, read to its end.</summary>
    Extension,
}

/// <summary>
/// Reads MessagePack value by value (github.com/msgpack/msgpack, spec.md): all of it that a call record can hold, without allocating. A timestamp, the one extension
/// that the specification defines, is read as the text of the instant.
/// </summary>
internal ref struct MessagePackReader(ReadOnlySpan<byte> message, Span<byte> room)
{
    /// <summary>Room for the longest number or instant that is made of bytes.</summary>
    public const int RoomBytes = 40;

    private const sbyte TimestampType = -1;
    private const int NanosecondsPerTick = 100;

    private readonly ReadOnlySpan<byte> _message = message;
    private readonly Span<byte> _room = room;

    /// <summary>Where the next value begins.</summary>
    public int At { get; private set; }

    public readonly int Left => _message.Length - At;

    public ReadOnlySpan<byte> Bytes { get; private set; }

    public int Count { get; private set; }

    /// <summary>The next value; of a map or an array the beginning.</summary>
    public MessagePackKind Read()
    {
        if (Left == 0)
        {
            return MessagePackKind.Broken;
        }

        byte code = _message[At++];
        return code switch
        {
            <= 0x7F => Number(code),
            <= 0x8F => Items(MessagePackKind.Map, code & 0x0F),
            <= 0x9F => Items(MessagePackKind.Array, code & 0x0F),
            <= 0xBF => Text(code & 0x1F),
            0xC0 => MessagePackKind.Nil,
            0xC2 => MessagePackKind.False,
            0xC3 => MessagePackKind.True,
            0xC4 or 0xD9 => Text(Length(1)),
            0xC5 or 0xDA => Text(Length(2)),
            0xC6 or 0xDB => Text(Length(4)),
            0xC7 => Extension(Length(1)),
            0xC8 => Extension(Length(2)),
            0xC9 => Extension(Length(4)),
            0xCA => Take(4) ? Float(BinaryPrimitives.ReadSingleBigEndian(Bytes)) : MessagePackKind.Broken,
            0xCB => Take(8) ? Float(BinaryPrimitives.ReadDoubleBigEndian(Bytes)) : MessagePackKind.Broken,
            0xCC => Take(1) ? Number(Bytes[0]) : MessagePackKind.Broken,
            0xCD => Take(2) ? Number(BinaryPrimitives.ReadUInt16BigEndian(Bytes)) : MessagePackKind.Broken,
            0xCE => Take(4) ? Number(BinaryPrimitives.ReadUInt32BigEndian(Bytes)) : MessagePackKind.Broken,
            0xCF => Take(8) ? Number(BinaryPrimitives.ReadUInt64BigEndian(Bytes)) : MessagePackKind.Broken,
            0xD0 => Take(1) ? Number(unchecked((sbyte)Bytes[0])) : MessagePackKind.Broken,
            0xD1 => Take(2) ? Number(BinaryPrimitives.ReadInt16BigEndian(Bytes)) : MessagePackKind.Broken,
            0xD2 => Take(4) ? Number(BinaryPrimitives.ReadInt32BigEndian(Bytes)) : MessagePackKind.Broken,
            0xD3 => Take(8) ? Number(BinaryPrimitives.ReadInt64BigEndian(Bytes)) : MessagePackKind.Broken,
            0xD4 => Extension(1),
            0xD5 => Extension(2),
            0xD6 => Extension(4),
            0xD7 => Extension(8),
            0xD8 => Extension(16),
            0xDC => Items(MessagePackKind.Array, Length(2)),
            0xDD => Items(MessagePackKind.Array, Length(4)),
            0xDE => Items(MessagePackKind.Map, Length(2)),
            0xDF => Items(MessagePackKind.Map, Length(4)),
            >= 0xE0 => Number(unchecked((sbyte)code)),
            _ => MessagePackKind.Broken,
        };
    }

    /// <summary>Passes over what a map or an array holds, however deep. A value takes at least a byte, so that no count makes this run on.</summary>
    /// <returns>False where the bytes are broken.</returns>
    public bool SkipItems(MessagePackKind kind)
    {
        long items = ItemsOf(kind);
        while (items > 0)
        {
            if (items > Left)
            {
                return false;
            }

            kind = Read();
            if (kind == MessagePackKind.Broken)
            {
                return false;
            }

            items += ItemsOf(kind) - 1;
        }

        return true;
    }

    private readonly long ItemsOf(MessagePackKind kind) => kind switch { MessagePackKind.Map => 2L * Count, MessagePackKind.Array => Count, _ => 0 };

    /// <summary>A count of bytes or items, -1 where the bytes end; none that could be there is above 2 GiB.</summary>
    private int Length(int width)
    {
        if (!Take(width))
        {
            return -1;
        }

        uint length = width switch
        {
            1 => Bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(Bytes),
            _ => BinaryPrimitives.ReadUInt32BigEndian(Bytes),
        };
        return length <= int.MaxValue ? (int)length : -1;
    }

    private bool Take(int count)
    {
        if (count < 0 || count > Left)
        {
            return false;
        }

        Bytes = _message.Slice(At, count);
        At += count;
        return true;
    }

    private MessagePackKind Items(MessagePackKind kind, int count)
    {
        Count = count;
        return count < 0 ? MessagePackKind.Broken : kind;
    }

    private MessagePackKind Text(int length) => Take(length) ? MessagePackKind.Text : MessagePackKind.Broken;

    private MessagePackKind Number(long number) => Written(Utf8Formatter.TryFormat(number, _room, out int written), written);

    private MessagePackKind Number(ulong number) => Written(Utf8Formatter.TryFormat(number, _room, out int written), written);

    // The shortest digits that give the same number again: of 4.37, written as a float or as a double, 4.37.
    private MessagePackKind Float(float number) => Written(number.TryFormat(_room, out int written, default, CultureInfo.InvariantCulture), written);

    private MessagePackKind Float(double number) => Written(number.TryFormat(_room, out int written, default, CultureInfo.InvariantCulture), written);

    private MessagePackKind Written(bool fits, int written)
    {
        Bytes = _room[..written];
        return fits ? MessagePackKind.Number : MessagePackKind.Broken;
    }

    private MessagePackKind Extension(int length)
    {
        if (length < 0 || !Take(1))
        {
            return MessagePackKind.Broken;
        }

        sbyte type = unchecked((sbyte)Bytes[0]);
        return !Take(length) ? MessagePackKind.Broken : type == TimestampType ? Timestamp() : MessagePackKind.Extension;
    }

    private MessagePackKind Timestamp()
    {
        long seconds;
        long nanoseconds = 0;
        switch (Bytes.Length)
        {
            case 4:
                seconds = BinaryPrimitives.ReadUInt32BigEndian(Bytes);
                break;
            case 8:
                ulong both = BinaryPrimitives.ReadUInt64BigEndian(Bytes);
                nanoseconds = (long)(both >> 34);
                seconds = (long)(both & ((1UL << 34) - 1));
                break;
            case 12:
                nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(Bytes);
                seconds = BinaryPrimitives.ReadInt64BigEndian(Bytes[4..]);
                break;
            default:
                return MessagePackKind.Extension;
        }

        long earliest = -DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond;
        long latest = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        if (seconds < earliest || seconds >= latest || nanoseconds >= 1_000_000_000)
        {
            return MessagePackKind.Extension;
        }

        DateTime instant = DateTime.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / NanosecondsPerTick));
        bool fits = Utf8Formatter.TryFormat(instant, _room, out int written, 'O');
        Bytes = _room[..written];
        return fits ? MessagePackKind.Text : MessagePackKind.Broken;
    }
}
