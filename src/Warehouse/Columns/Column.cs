using System.Runtime.CompilerServices;
using Perimeter.Domain;

namespace Perimeter.Warehouse.Columns;

/// <summary>One column of rows on their way into a table: buffers that never move, so that the engine reads them where they are.</summary>
public abstract class Column
{
    private protected Column(string name, string arrowFormat, string? expression)
    {
        Name = name;
        ArrowFormat = arrowFormat;
        Expression = expression ?? name;
    }

    /// <summary>The column of the table, and of the Arrow stream.</summary>
    public string Name { get; }

    /// <summary>What an INSERT ... SELECT selects to make the table's value of the stream's.</summary>
    internal string Expression { get; }

    internal string ArrowFormat { get; }

    internal abstract int BufferCount { get; }

    /// <summary>Writes the Arrow buffers: the first is the validity, null here, since no column has gaps.</summary>
    internal abstract unsafe void WriteBuffers(void** buffers);

    internal abstract void Fit(int rows);

    internal abstract void Clear();

    /// <summary>Replaces what the column holds by the source's rows in the order given. The source is a column of the same kind.</summary>
    internal abstract void Gather(Column source, ReadOnlySpan<int> order);

    private protected static T[] NewBuffer<T>(int length) => GC.AllocateUninitializedArray<T>(length, pinned: true);

    private protected static unsafe void* AddressOf<T>(T[] buffer) => Unsafe.AsPointer(ref buffer[0]);
}

/// <summary>A column of numbers of one width.</summary>
public sealed class NumberColumn<T> : Column
    where T : unmanaged
{
    private T[] _values = NewBuffer<T>(ColumnSet.FirstRows);

    internal NumberColumn(string name, string arrowFormat, string? expression)
        : base(name, arrowFormat, expression)
    {
    }

    /// <summary>Room for as many rows as the set was last fitted for.</summary>
    public Span<T> Values => _values;

    /// <summary>Fills the rows from <paramref name="first"/> on with the values of a source at <paramref name="rows"/>, in ascending order and each once; the set has been fitted for them.</summary>
    public void Take(int first, ReadOnlySpan<T> source, ReadOnlySpan<int> rows)
    {
        Span<T> to = _values.AsSpan(first, rows.Length);
        if (rows.Length == source.Length)
        {
            source.CopyTo(to);
            return;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            to[i] = source[rows[i]];
        }
    }

    internal override int BufferCount => 2;

    internal override unsafe void WriteBuffers(void** buffers)
    {
        buffers[0] = null;
        buffers[1] = AddressOf(_values);
    }

    internal override void Fit(int rows)
    {
        if (_values.Length < rows)
        {
            T[] larger = NewBuffer<T>(Math.Max(rows, _values.Length * 2));
            _values.CopyTo(larger, 0);
            _values = larger;
        }
    }

    internal override void Clear()
    {
    }

    internal override void Gather(Column source, ReadOnlySpan<int> order)
    {
        Fit(order.Length);
        ReadOnlySpan<T> from = ((NumberColumn<T>)source)._values;
        Span<T> to = _values;
        for (int i = 0; i < order.Length; i++)
        {
            to[i] = from[order[i]];
        }
    }
}

/// <summary>A column of texts or raw bytes, added row after row.</summary>
public sealed class BytesColumn : Column
{
    private int[] _ends = NewBuffer<int>(ColumnSet.FirstRows + 1);
    private byte[] _bytes = NewBuffer<byte>(ColumnSet.FirstRows * 16);
    private int _rows;

    internal BytesColumn(string name)
        : base(name, "z", null) => _ends[0] = 0;

    /// <summary>Bytes of all rows added.</summary>
    public int ByteCount => _ends[_rows];

    internal override int BufferCount => 3;

    public ReadOnlySpan<byte> this[int row] => _bytes.AsSpan(_ends[row], _ends[row + 1] - _ends[row]);

    /// <summary>Adds the next row's value. The set must have been fitted for the row.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        Complete(value.Length);
    }

    /// <summary>Room for up to <paramref name="length"/> bytes of the next row, to be written in place and then completed.</summary>
    public Span<byte> Reserve(int length)
    {
        int start = _ends[_rows];
        if (_bytes.Length - start < length)
        {
            byte[] larger = NewBuffer<byte>((int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, (long)start + length)));
            _bytes.AsSpan(0, start).CopyTo(larger);
            _bytes = larger;
        }

        return _bytes.AsSpan(start, length);
    }

    public void Complete(int length)
    {
        _ends[_rows + 1] = _ends[_rows] + length;
        _rows++;
    }

    internal override unsafe void WriteBuffers(void** buffers)
    {
        buffers[0] = null;
        buffers[1] = AddressOf(_ends);
        buffers[2] = AddressOf(_bytes);
    }

    internal override void Fit(int rows)
    {
        if (_ends.Length < rows + 1)
        {
            int[] larger = NewBuffer<int>(Math.Max(rows + 1, _ends.Length * 2));
            _ends.CopyTo(larger, 0);
            _ends = larger;
        }
    }

    internal override void Clear() => _rows = 0;

    internal override void Gather(Column source, ReadOnlySpan<int> order)
    {
        var from = (BytesColumn)source;
        Clear();
        Fit(order.Length);
        Span<byte> bytes = Reserve(from.ByteCount);
        Span<int> ends = _ends.AsSpan(1, order.Length);
        int end = 0;
        for (int i = 0; i < order.Length; i++)
        {
            int start = from._ends[order[i]];
            int length = from._ends[order[i] + 1] - start;
            Memory.CopyOver(from._bytes, start, length, bytes, end);
            end += length;
            ends[i] = end;
        }

        _rows = order.Length;
    }
}
