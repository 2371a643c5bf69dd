using System.Text;

namespace Perimeter.Warehouse.Columns;

/// <summary>
/// Rows on their way into a table, column by column, in buffers that are used again for the next batch. The engine is given the buffers themselves
/// (Arrow C data interface): Apache.Arrow's builders cost 640 ns a row where this costs none.
/// </summary>
public sealed class ColumnSet
{
#if DEBUG
    internal const int FirstRows = 2;
#else
    internal const int FirstRows = 1024;
#endif

    private readonly List<Column> _columns = [];

    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>Rows that hold values; set it when they do.</summary>
    public int Rows { get; set; }

    public NumberColumn<T> AddNumber<T>(string name)
        where T : unmanaged => Add(new NumberColumn<T>(name, ArrowFormatOf<T>(), null));

    /// <summary>Units of 10^-<paramref name="scale"/>, for a Decimal(18, scale). Arrow's own decimal of 64 bits is not understood by the engine.</summary>
    public NumberColumn<long> AddDecimal(string name, int scale) =>
        Add(new NumberColumn<long>(name, ArrowFormatOf<long>(), $"reinterpret({name}, 'Decimal(18, {scale})')"));

    /// <summary>Milliseconds of UTC since 1970, for a DateTime64(3).</summary>
    public NumberColumn<long> AddInstant(string name) => Add(new NumberColumn<long>(name, "tsm:UTC", null));

    /// <summary>Sums of amounts in units of 10^-9, for a Decimal(38, 9).</summary>
    public NumberColumn<Int128> AddSum(string name) => Add(new NumberColumn<Int128>(name, "d:38,9", null));

    public BytesColumn AddBytes(string name) => Add(new BytesColumn(name));

    /// <summary>Makes room for as many rows; what the columns hold stays.</summary>
    public void Fit(int rows)
    {
        foreach (Column column in _columns)
        {
            column.Fit(rows);
        }
    }

    public void Clear()
    {
        Rows = 0;
        foreach (Column column in _columns)
        {
            column.Clear();
        }
    }

    /// <summary>Fills the set with the rows of another of the same columns, in the order given.</summary>
    public void Gather(ColumnSet source, ReadOnlySpan<int> order)
    {
        for (int i = 0; i < _columns.Count; i++)
        {
            _columns[i].Gather(source._columns[i], order);
        }

        Rows = order.Length;
    }

    /// <summary>
    /// The statement that inserts the set's columns out of <paramref name="source"/>, and columns whose value is the same on every row.
    /// </summary>
    internal string InsertInto(string table, string source, params ReadOnlySpan<(string Column, string Expression)> constants)
    {
        var names = new StringBuilder();
        var expressions = new StringBuilder();
        foreach ((string column, string expression) in constants)
        {
            names.Append(names.Length == 0 ? "" : ", ").Append(column);
            expressions.Append(expressions.Length == 0 ? "" : ", ").Append(expression);
        }

        foreach (Column column in _columns)
        {
            names.Append(names.Length == 0 ? "" : ", ").Append(column.Name);
            expressions.Append(expressions.Length == 0 ? "" : ", ").Append(column.Expression);
        }

        return $"INSERT INTO {table} ({names}) SELECT {expressions} FROM {source}";
    }

    private TColumn Add<TColumn>(TColumn column)
        where TColumn : Column
    {
        _columns.Add(column);
        return column;
    }

    private static string ArrowFormatOf<T>() => default(T) switch
    {
        sbyte => "c",
        byte => "C",
        short => "s",
        ushort => "S",
        int => "i",
        uint => "I",
        long => "l",
        ulong => "L",
        _ => throw new ArgumentException($"A column of {typeof(T).Name} has no Arrow format."),
    };
}
