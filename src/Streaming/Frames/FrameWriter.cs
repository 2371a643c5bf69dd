using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>The bytes of a frame while it is being written, with the arrays that columns are gathered in. One for each thread, used again.</summary>
internal sealed class FrameWriter
{
    [ThreadStatic]
    private static FrameWriter? _forThisThread;

    private byte[] _bytes = new byte[4096];
    private byte[] _expanded = [];
    private long[] _bases = [];
    private long[] _numbers = [];
    private TextSpan[] _spans = [];
    private ulong[] _packed = [];
    private int _length;

    public TextDictionary Dictionary { get; } = new();

    public Span<byte> Written => _bytes.AsSpan(0, _length);

    public static FrameWriter ForThisThread()
    {
        FrameWriter writer = _forThisThread ??= new FrameWriter();
        writer._length = 0;
        return writer;
    }

    // Room for columns. There is one array of each kind: a caller is done with it before the next asks.
    public Span<long> Numbers(int count) => Room(ref _numbers, count);

    public Span<long> Bases(int count) => Room(ref _bases, count);

    public Span<TextSpan> Spans(int count) => Room(ref _spans, count);

    public Span<ulong> Packed(int count) => Room(ref _packed, count);

    public Span<byte> Expanded(int count) => Room(ref _expanded, count);

    /// <summary>Adds <paramref name="count"/> bytes, to be filled by the caller before anything else is written.</summary>
    public Span<byte> Reserve(int count)
    {
        Fit(count);
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void Varint(ulong value)
    {
        Fit(10);
        while (value >= 0x80)
        {
            _bytes[_length++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        _bytes[_length++] = (byte)value;
    }

    public void ZigZag(long value) => Varint(unchecked((ulong)((value >> 63) ^ (value << 1))));

    public void Text(string text, int maxBytes, string what)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        if (count > maxBytes)
        {
            throw new ArgumentException($"{what} takes {count} bytes, and {maxBytes} is the most.");
        }

        Varint((ulong)count);
        Encoding.UTF8.GetBytes(text, Reserve(count));
    }

    /// <summary>Writes each code plus <paramref name="add"/> with <paramref name="width"/> bytes, 1 to 8.</summary>
    public void Codes(ReadOnlySpan<long> codes, int width, long add)
    {
        // Each store writes 8 bytes, the surplus of which the next one overwrites.
        Fit(checked((codes.Length * width) + sizeof(long)));
        ref byte target = ref _bytes[_length];
        nint at = 0;
        foreach (long code in codes)
        {
            Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref target, at), unchecked(code + add));
            at += width;
        }

        _length += (int)at;
    }

    /// <summary>Writes of each text of digits as many bytes as its length needs; of a text that is none, nothing.</summary>
    public void PackedDigits(ReadOnlySpan<ulong> packed, ReadOnlySpan<long> lengths)
    {
        // Each store writes 8 bytes, the surplus of which the next one overwrites.
        Fit(checked((packed.Length + 1) * sizeof(ulong)));
        lengths = lengths[..packed.Length];
        ref byte target = ref _bytes[_length];
        nint at = 0;
        for (int i = 0; i < packed.Length; i++)
        {
            Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref target, at), packed[i]);
            at += lengths[i] > Streaming.PackedDigits.MaxDigits ? 0 : Streaming.PackedDigits.BytesFor((int)lengths[i]);
        }

        _length += (int)at;
    }

    /// <summary>Begins a column that is not absent; what is written up to <see cref="EndColumn"/> is its content.</summary>
    public int BeginColumn(byte encoding)
    {
        Byte(encoding);
        Byte(0);
        return _length;
    }

    /// <summary>Puts the length of the content in front of it, as a varint: a reader that does not know the column skips it.</summary>
    public void EndColumn(int begin)
    {
        int length = _length - begin;
        int more = 0;
        for (int rest = length >> 7; rest > 0; rest >>= 7)
        {
            more++;
        }

        if (more > 0)
        {
            Fit(more);
            _bytes.AsSpan(begin, length).CopyTo(_bytes.AsSpan(begin + more));
        }

        _length = begin - 1;
        Varint((ulong)length);
        _length += length;
    }

    private static Span<T> Room<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = new T[Math.Max(count, array.Length * 2)];
        }

        return array.AsSpan(0, count);
    }

    private void Fit(int count)
    {
        int needed = checked(_length + count);
        if (_bytes.Length < needed)
        {
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        }
    }
}
