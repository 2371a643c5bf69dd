using System.Buffers.Binary;
using System.Text;

namespace Perimeter.Records.Tests;

/// <summary>MessagePack as a test writes it, in whichever of its spellings is asked for. Shares nothing with the reader.</summary>
internal sealed class MessagePackBytes
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public MessagePackBytes Map(int pairs, int width = 0) => Head(pairs, width, fix: 0x80, fixMost: 15, [0, 0xDE, 0, 0xDF]);

    public MessagePackBytes Array(int items, int width = 0) => Head(items, width, fix: 0x90, fixMost: 15, [0, 0xDC, 0, 0xDD]);

    public MessagePackBytes Text(string text, int width = 0) => Text(Encoding.UTF8.GetBytes(text), width);

    public MessagePackBytes Text(byte[] utf8, int width = 0) => Head(utf8.Length, width, fix: 0xA0, fixMost: 31, [0xD9, 0xDA, 0, 0xDB]).Raw(utf8);

    public MessagePackBytes Binary(string text) => Head(Encoding.UTF8.GetByteCount(text), width: 1, 0, -1, [0xC4, 0xC5, 0, 0xC6]).Raw(Encoding.UTF8.GetBytes(text));

    public MessagePackBytes Nil() => Raw(0xC0);

    public MessagePackBytes Bool(bool on) => Raw(on ? (byte)0xC3 : (byte)0xC2);

    /// <param name="number">The number.</param>
    /// <param name="width">Bytes of it: 0 for the shortest, 1, 2, 4 or 8.</param>
    /// <param name="signed">Whether a number from 0 up is written as a signed one.</param>
    public MessagePackBytes Integer(long number, int width = 0, bool signed = false)
    {
        if (width == 0 && number is >= -32 and <= 127)
        {
            return Raw(unchecked((byte)(sbyte)number));
        }

        bool isSigned = signed || number < 0;
        foreach ((int bytes, byte code, long least, long most) in isSigned
            ? [(1, 0xD0, sbyte.MinValue, sbyte.MaxValue), (2, 0xD1, short.MinValue, short.MaxValue), (4, 0xD2, int.MinValue, int.MaxValue), (8, 0xD3, long.MinValue, long.MaxValue)]
            : new (int, byte, long, long)[] { (1, 0xCC, 0, byte.MaxValue), (2, 0xCD, 0, ushort.MaxValue), (4, 0xCE, 0, uint.MaxValue), (8, 0xCF, 0, long.MaxValue) })
        {
            if (bytes >= width && number >= least && number <= most)
            {
                return Raw(code).BigEndian(unchecked((ulong)number), bytes);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(width));
    }

    public MessagePackBytes Float(float number) => Raw(0xCA).BigEndian(BitConverter.SingleToUInt32Bits(number), 4);

    public MessagePackBytes Double(double number) => Raw(0xCB).BigEndian(BitConverter.DoubleToUInt64Bits(number), 8);

    /// <summary>A timestamp in the form of 4, 8 or 12 bytes.</summary>
    public MessagePackBytes Timestamp(long ms, int form)
    {
        (long seconds, long rest) = Math.DivRem(ms, 1000);
        ulong nanoseconds = (ulong)rest * 1_000_000;
        return form switch
        {
            4 => Raw(0xD6, 0xFF).BigEndian((ulong)seconds, 4),
            8 => Raw(0xD7, 0xFF).BigEndian((nanoseconds << 34) | (ulong)seconds, 8),
            _ => Raw(0xC7, 12, 0xFF).BigEndian(nanoseconds, 4).BigEndian(unchecked((ulong)seconds), 8),
        };
    }

    public MessagePackBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    private MessagePackBytes Head(int count, int width, byte fix, int fixMost, byte[] codes)
    {
        if (width == 0 && count <= fixMost)
        {
            return Raw((byte)(fix | count));
        }

        // 0 codes are widths that there are none of.
        int bytes = new[] { 1, 2, 4 }.First(w => w >= width && codes[w - 1] != 0 && count < 1L << (8 * w));
        return Raw(codes[bytes - 1]).BigEndian((ulong)count, bytes);
    }

    private MessagePackBytes BigEndian(ulong number, int width)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(all, number);
        return Raw(all[^width..].ToArray());
    }
}
