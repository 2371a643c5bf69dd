using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Perimeter.Streaming;

/// <summary>Reads a frame from front to back; what does not fit the frame throws <see cref="FrameFormatException"/> with the place.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> frame, string name)
{
    private readonly ReadOnlySpan<byte> _frame = frame;
    private readonly string _name = name;
    private string _column = "";
    private int _at;

    public readonly int At => _at;

    public readonly int Left => _frame.Length - _at;

    public byte Byte() => Bytes(1)[0];

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)Left)
        {
            Fail($"{count} bytes are said to follow, and {Left} are there");
        }

        _at += count;
        return _frame.Slice(_at - count, count);
    }

    public void Skip(int count) => Bytes(count);

    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        Fail("a number has more than 64 bits");
        return 0;
    }

    public long ZigZag()
    {
        ulong value = Varint();
        return unchecked((long)(value >> 1) ^ -(long)(value & 1));
    }

    /// <summary>A count of rows, bytes or entries.</summary>
    public int Count(int most)
    {
        ulong count = Varint();
        if (count > (ulong)most)
        {
            Fail($"a count of {count} is above the limit of {most}");
        }

        return (int)count;
    }

    public string Text(int maxBytes) => Encoding.UTF8.GetString(Bytes(Count(maxBytes)));

    /// <summary>Reads numbers of <paramref name="width"/> bytes each, 0 to 8, and adds <paramref name="least"/> to each.</summary>
    public void Codes(Span<long> codes, int width, long least)
    {
        if (width == 0)
        {
            codes.Fill(least);
            return;
        }

        if (width > sizeof(long))
        {
            Fail($"a width of {width} bytes is above the limit of {sizeof(long)}");
        }

        ReadOnlySpan<byte> source = Bytes(checked(codes.Length * width));
        long mask = width == sizeof(long) ? -1 : (1L << (8 * width)) - 1;
        int whole = source.Length < sizeof(long) ? 0 : ((source.Length - sizeof(long)) / width) + 1;
        ref byte first = ref MemoryMarshal.GetReference(source);
        unchecked
        {
            nint at = 0;
            for (int i = 0; i < whole && i < codes.Length; i++, at += width)
            {
                codes[i] = (Unsafe.ReadUnaligned<long>(ref Unsafe.AddByteOffset(ref first, at)) & mask) + least;
            }

            for (int i = whole; i < codes.Length; i++)
            {
                codes[i] = ((long)UpTo8(source, i * width) & mask) + least;
            }
        }
    }

    /// <summary>The 8 bytes at <paramref name="at"/>, and zeros where the bytes end before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UpTo8(ReadOnlySpan<byte> bytes, int at) =>
        bytes.Length - at >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) : Last(bytes, at);

    private static ulong Last(ReadOnlySpan<byte> bytes, int at)
    {
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        last.Clear();
        bytes[at..].CopyTo(last);
        return BinaryPrimitives.ReadUInt64LittleEndian(last);
    }

    /// <summary>
    /// Begins the next column and returns its encoding, and where it ends; 0 is an absent column.
    /// </summary>
    public byte BeginColumn(string column, out int end)
    {
        _column = column;
        byte encoding = Byte();
        int length = encoding == 0 ? 0 : Count(Left);
        if (length > Left)
        {
            Fail($"{length} bytes are said to follow, and {Left} are there");
        }

        end = _at + length;
        return encoding;
    }

    /// <summary>Begins the next event of a quarantine frame and returns its reason, and where it ends.</summary>
    public byte BeginEvent(out int end)
    {
        byte reason = Byte();
        end = Count(Left);
        end += _at;
        return reason;
    }

    /// <summary>Leaves what a later build added before <paramref name="end"/>.</summary>
    public void SkipTo(int end)
    {
        if (end < _at || end > _frame.Length)
        {
            Fail($"it should end at byte {end}");
        }

        _at = end;
    }

    public void EndColumn(int end)
    {
        if (_at != end)
        {
            Fail($"it should end at byte {end}");
        }

        _column = "";
    }

    /// <summary>Skips columns that a later build added.</summary>
    public void SkipColumns(int count)
    {
        for (int i = 0; i < count; i++)
        {
            BeginColumn("of a later build", out int end);
            SkipTo(end);
        }

        _column = "";
    }

    public readonly void ExpectEnd()
    {
        if (Left != 0)
        {
            Fail($"{Left} bytes follow the end");
        }
    }

    [DoesNotReturn]
    public readonly void Fail(string reason)
    {
        string column = _column.Length == 0 ? "" : $", column {_column}";
        throw new FrameFormatException($"Not a {_name} frame{column}, at byte {_at}: {reason}.");
    }
}
