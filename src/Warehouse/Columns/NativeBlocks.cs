using System.Runtime.InteropServices;
using System.Text;

namespace Perimeter.Warehouse.Columns;

/// <summary>
/// Reads results in ClickHouse's format Native, block by block and column by column, where the engine wrote them. One reader for each thread: it keeps scratch.
/// Columns are numbers of fixed width and Strings; others have no place in statements that are read so.
/// </summary>
public sealed class NativeBlocks
{
    private readonly List<int> _starts = [];
    private readonly List<TextPlace[]> _texts = [];

    /// <summary>Reads the block that begins at <paramref name="at"/> and moves past it; what it gives is valid until the next is read.</summary>
    /// <returns>False at the end of the bytes.</returns>
    /// <exception cref="FormatException">The bytes are not Native, or a column is of a type that is not read so.</exception>
    public bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out NativeBlock block)
    {
        block = default;
        if (at == bytes.Length)
        {
            return false;
        }

        int columns = ReadLength(bytes, ref at);
        int rows = ReadLength(bytes, ref at);
        _starts.Clear();
        for (int column = 0; column < columns; column++)
        {
            _ = ReadText(bytes, ref at);
            ReadOnlySpan<byte> type = ReadText(bytes, ref at);
            _starts.Add(at);
            if (type.SequenceEqual("String"u8))
            {
                PlaceTexts(column, rows, bytes, ref at);
            }
            else
            {
                at = checked(at + (rows * WidthOf(type)));
            }
        }

        if (at > bytes.Length)
        {
            throw new FormatException($"A block of {rows} rows ends behind its result.");
        }

        block = new NativeBlock(bytes, rows, CollectionsMarshal.AsSpan(_starts), CollectionsMarshal.AsSpan(_texts));
        return true;
    }

    private void PlaceTexts(int column, int rows, ReadOnlySpan<byte> bytes, ref int at)
    {
        while (_texts.Count <= column)
        {
            _texts.Add([]);
        }

        if (_texts[column].Length < rows)
        {
            _texts[column] = new TextPlace[rows];
        }

        Span<TextPlace> places = _texts[column].AsSpan(0, rows);
        for (int row = 0; row < places.Length; row++)
        {
            int length = ReadLength(bytes, ref at);
            places[row] = new TextPlace(at, length);
            at += length;
        }
    }

    private static ReadOnlySpan<byte> ReadText(ReadOnlySpan<byte> bytes, ref int at)
    {
        int length = ReadLength(bytes, ref at);
        at += length;
        return bytes.Slice(at - length, length);
    }

    private static int ReadLength(ReadOnlySpan<byte> bytes, ref int at)
    {
        int value = 0;
        for (int shift = 0; shift < 31; shift += 7)
        {
            byte b = bytes[at++];
            value |= (b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A length in a result is longer than results can be.");
    }

    internal static int WidthOf(ReadOnlySpan<byte> type)
    {
        if (type.StartsWith("Enum8"u8) || type.SequenceEqual("UInt8"u8) || type.SequenceEqual("Int8"u8) || type.SequenceEqual("Bool"u8))
        {
            return 1;
        }

        if (type.SequenceEqual("UInt16"u8) || type.SequenceEqual("Int16"u8) || type.SequenceEqual("Date"u8))
        {
            return 2;
        }

        if (type.SequenceEqual("UInt32"u8) || type.SequenceEqual("Int32"u8))
        {
            return 4;
        }

        // Decimals of 10 to 18 digits are 64 bits wide.
        return type.SequenceEqual("UInt64"u8) || type.SequenceEqual("Int64"u8) || type.StartsWith("DateTime64"u8) || type.StartsWith("Decimal(18, "u8)
            ? 8
            : throw new FormatException($"A column of type {Encoding.UTF8.GetString(type)} is not read in blocks.");
    }
}

/// <summary>Where the text of one row lies in the bytes of a result.</summary>
public readonly record struct TextPlace(int Start, int Length);

/// <summary>Rows of a result, column by column.</summary>
public readonly ref struct NativeBlock
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<int> _starts;
    private readonly ReadOnlySpan<TextPlace[]> _texts;
    private readonly int _first;

    internal NativeBlock(ReadOnlySpan<byte> bytes, int rows, ReadOnlySpan<int> starts, ReadOnlySpan<TextPlace[]> texts, int first = 0)
    {
        _bytes = bytes;
        Rows = rows;
        _starts = starts;
        _texts = texts;
        _first = first;
    }

    public int Rows { get; }

    /// <summary>Some of the rows, as a block.</summary>
    public NativeBlock Slice(int first, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)first + (uint)rows, (uint)Rows);
        return new NativeBlock(_bytes, rows, _starts, _texts, _first + first);
    }

    /// <summary>A column of numbers, by its place in the statement from 0, as the numbers' own type: an Enum8 as sbyte, a Decimal as units of its scale.</summary>
    public ReadOnlySpan<T> Numbers<T>(int column)
        where T : unmanaged
    {
        unsafe
        {
            return MemoryMarshal.Cast<byte, T>(_bytes.Slice(_starts[column] + (_first * sizeof(T)), Rows * sizeof(T)));
        }
    }

    /// <summary>A column of texts: where they lie in <see cref="Bytes"/>.</summary>
    public ReadOnlySpan<TextPlace> Texts(int column) => _texts[column].AsSpan(_first, Rows);

    /// <summary>What places of texts refer to.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public ReadOnlySpan<byte> Text(TextPlace place) => _bytes.Slice(place.Start, place.Length);
}
