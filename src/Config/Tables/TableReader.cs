using Perimeter.Csv;

namespace Perimeter.Config;

/// <summary>A field that a file may have, with the names of columns that mean it; the first is its own.</summary>
public sealed record TableField(IReadOnlyList<string> Names, bool Required = false)
{
    public string Name => Names[0];
}

/// <summary>
/// A CSV file whose first row names its columns, read by field instead of by column. Everything wrong is told with its place;
/// <see cref="NextRow"/> passes over rows that cannot be read at all.
/// </summary>
public sealed partial class TableReader
{
    private const int Absent = -1;
    private readonly CsvReader _reader;
    private readonly IReadOnlyList<TableField> _fields;
    private readonly int[] _columns;
    private readonly string[] _headers;
    private readonly Action<ConfigError> _error;
    private readonly Action<ConfigError> _note;
    private int _width;
    private long _errorsBeforeRow;

    /// <param name="map">Headers given by hand: the field's own name to the header.</param>
    /// <param name="error">Told everything that is wrong, at once: however many there are, none is held here.</param>
    /// <param name="note">Told what is passed over without harm.</param>
    public TableReader(
        Stream stream, string fileName, IReadOnlyList<TableField> fields, IReadOnlyDictionary<string, string> map, Action<ConfigError> error, Action<ConfigError> note)
    {
        _reader = new CsvReader(stream);
        FileName = fileName;
        _fields = fields;
        _error = error;
        _note = note;
        _columns = new int[fields.Count];
        _headers = [.. fields.Select(field => field.Name)];
        Array.Fill(_columns, Absent);
        ReadHeader(map);
    }

    public string FileName { get; }

    public long ErrorCount { get; private set; }

    /// <summary>The header names every column needed: rows can be read.</summary>
    public bool HasHeader { get; private set; }

    public long Line => _reader.LineNumber;

    /// <summary>Nothing was found wrong with the row so far.</summary>
    public bool RowIsGood => ErrorCount == _errorsBeforeRow;

    public bool Has(int field) => _columns[field] != Absent;

    /// <summary>The header of the field's column as the file writes it; the field's own name where there is none.</summary>
    public string Header(int field) => _headers[field];

    /// <summary>The cell without spaces around; empty where the column is absent.</summary>
    public ReadOnlySpan<byte> this[int field]
    {
        get
        {
            int column = _columns[field];
            return column == Absent ? default : _reader[column].Trim(" \t"u8);
        }
    }

    public bool NextRow()
    {
        while (HasHeader)
        {
            try
            {
                if (!_reader.ReadRow())
                {
                    return false;
                }
            }
            catch (CsvFormatException fault)
            {
                Report(new ConfigError(FileName, fault.Line, "", fault.Reason));
                continue;
            }

            _errorsBeforeRow = ErrorCount;
            if (_reader.ColumnCount == _width)
            {
                return true;
            }

            Report(new ConfigError(FileName, Line, "", $"the row has {Counted(_reader.ColumnCount)}, the header has {_width}"));
        }

        return false;
    }

    public void Fail(int field, string reason) => Report(new ConfigError(FileName, Line, _headers[field], reason));

    public void FailRow(string reason) => Report(new ConfigError(FileName, Line, "", reason));

    public void Note(int field, string reason) => _note(new ConfigError(FileName, Line, _headers[field], reason));

    private void Report(ConfigError error)
    {
        ErrorCount++;
        _error(error);
    }

    private static string Counted(int columns) => columns == 1 ? "1 column" : $"{columns} columns";

    private void ReadHeader(IReadOnlyDictionary<string, string> map)
    {
        try
        {
            if (!_reader.ReadRow())
            {
                Report(new ConfigError(FileName, 1, "", "there is no header row"));
                return;
            }
        }
        catch (CsvFormatException fault)
        {
            Report(new ConfigError(FileName, fault.Line, "", fault.Reason));
            return;
        }

        IReadOnlyList<string> names = CsvHeader.From(_reader).Names;
        _width = names.Count;
        bool[] taken = new bool[names.Count];
        TakeMapped(map, names, taken);
        TakeNamed(names, taken);
        for (int column = 0; column < names.Count; column++)
        {
            if (!taken[column] && names[column].Length > 0)
            {
                _note(new ConfigError(FileName, Line, names[column], "not a known column, ignored"));
            }
        }

        for (int field = 0; field < _fields.Count; field++)
        {
            if (_fields[field].Required && _columns[field] == Absent)
            {
                Fail(field, "there is no such column");
            }
        }

        HasHeader = ErrorCount == 0;
    }

    private void TakeMapped(IReadOnlyDictionary<string, string> map, IReadOnlyList<string> names, bool[] taken)
    {
        for (int field = 0; field < _fields.Count; field++)
        {
            if (!map.TryGetValue(_fields[field].Name, out string? header))
            {
                continue;
            }

            int column = Find(names, header);
            if (column == Absent)
            {
                Report(new ConfigError(FileName, Line, header, $"there is no such column, and {_fields[field].Name} was mapped to it"));
                continue;
            }

            Take(field, column, names, taken);
        }
    }

    private void TakeNamed(IReadOnlyList<string> names, bool[] taken)
    {
        string[] normal = [.. names.Select(CsvHeader.Normalize)];
        for (int field = 0; field < _fields.Count; field++)
        {
            if (_columns[field] != Absent)
            {
                continue;
            }

            // The field's own name wins over its other names.
            List<int> found = Matching(CsvHeader.Normalize(_fields[field].Name), normal, taken);
            if (found.Count == 0)
            {
                found = [.. _fields[field].Names.Skip(1).SelectMany(name => Matching(CsvHeader.Normalize(name), normal, taken)).Distinct()];
            }

            if (found.Count > 1)
            {
                Report(new ConfigError(
                    FileName, Line, names[found[1]], $"means {_fields[field].Name}, as column {names[found[0]]} does: map one of them by hand"));
            }

            if (found.Count > 0)
            {
                Take(field, found[0], names, taken);
                found.ForEach(column => taken[column] = true);
            }
        }
    }

    private static List<int> Matching(string name, string[] normal, bool[] taken) =>
        [.. Enumerable.Range(0, normal.Length).Where(column => !taken[column] && normal[column] == name)];

    private static int Find(IReadOnlyList<string> names, string header)
    {
        for (int column = 0; column < names.Count; column++)
        {
            if (names[column] == header)
            {
                return column;
            }
        }

        string normal = CsvHeader.Normalize(header);
        for (int column = 0; column < names.Count; column++)
        {
            if (CsvHeader.Normalize(names[column]) == normal)
            {
                return column;
            }
        }

        return Absent;
    }

    private void Take(int field, int column, IReadOnlyList<string> names, bool[] taken)
    {
        _columns[field] = column;
        _headers[field] = names[column];
        taken[column] = true;
    }
}
