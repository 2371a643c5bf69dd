using System.Text;
using Perimeter.Csv;
using Perimeter.Records;

namespace Perimeter.Ingest;

/// <summary>A header that no call records can be read by: a column is missing, or meant twice.</summary>
internal sealed class CsvHeaderException(string message) : FormatException(message);

/// <summary>Reads call records from CSV: one header row, then a row for each record.</summary>
internal sealed class CsvCallRecords
{
    private static readonly string[] Needed = ["switch_id", "call_id", "setup_time"];

    private readonly CsvReader _reader;
    private readonly CallField?[] _columns;
    private readonly int _unknownColumns;
    private readonly byte[] _header;

    /// <summary>Reads the header.</summary>
    /// <exception cref="CsvHeaderException">The header lacks what every record needs, or is ambiguous.</exception>
    /// <exception cref="CsvFormatException">The first row is no CSV.</exception>
    public CsvCallRecords(CsvReader reader, CallRecordMapping mapping)
    {
        _reader = reader;
        if (!reader.ReadRow())
        {
            throw new CsvHeaderException("there is no header row");
        }

        _header = reader.RawRow.ToArray();
        IReadOnlyList<string> names = CsvHeader.From(reader).Names;
        _columns = new CallField?[names.Count];
        TakeMapped(names, mapping);
        for (int i = 0; i < names.Count; i++)
        {
            if (_columns[i] is null && CallFields.Find(FieldName(names[i])) is { } field && !mapping.Headers.ContainsKey(field))
            {
                Take(i, field, names);
            }
        }

        _unknownColumns = _columns.Count(column => column is null);
        string[] missing = [.. Needed.Where(name => _columns.All(c => c?.Name != name) && mapping.FixedValues.All(f => f.Field.Name != name))];
        if (missing.Length > 0)
        {
            throw new CsvHeaderException($"no column is {string.Join(" or ", missing)}; the columns are {string.Join(", ", names)}");
        }
    }

    public CsvReader Reader => _reader;

    /// <summary>Reads the next row into the intake. A bad row spoils no other.</summary>
    /// <param name="index">The record's index in a request; null in a file, where its line is its place.</param>
    /// <returns>False at the end.</returns>
    public bool ReadRow(CallIntake intake, long? index)
    {
        try
        {
            if (!_reader.ReadRow())
            {
                return false;
            }
        }
        catch (CsvFormatException e)
        {
            intake.Unreadable(index ?? e.Line, _reader.RawRow, e.Reason, _header);
            return true;
        }

        long place = index ?? _reader.LineNumber;
        if (_reader.ColumnCount != _columns.Length)
        {
            intake.Unreadable(place, _reader.RawRow, $"the row has {_reader.ColumnCount} columns, the header {_columns.Length}", _header);
            return true;
        }

        intake.BeginRecord(_reader.RawRow);
        for (int i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] is { } field)
            {
                intake.Record.Set(field, FieldValue.Text(_reader[i]));
            }
        }

        intake.CountUnknown(_unknownColumns);
        intake.EndRecord(place, _reader.RawRow, _header);
        return true;
    }

    public static void ReadBody(Stream body, CallIntake intake)
    {
        var records = new CsvCallRecords(new CsvReader(body, OptionsFor(intake.Limits)), CallRecordMapping.None);
        long index = 0;
        while (!intake.IsFull && intake.Records <= intake.Limits.MaxRecordsPerRequest && records.ReadRow(intake, index))
        {
            index++;
        }
    }

    public static CsvOptions OptionsFor(IngestLimits limits) => new() { MaxRowBytes = limits.MaxQuarantinedBytes };

    private void TakeMapped(IReadOnlyList<string> names, CallRecordMapping mapping)
    {
        foreach ((CallField field, string header) in mapping.Headers)
        {
            int[] found = [.. Enumerable.Range(0, names.Count).Where(i => names[i] == header)];
            if (found.Length == 0)
            {
                found = [.. Enumerable.Range(0, names.Count).Where(i => CsvHeader.Normalize(names[i]) == CsvHeader.Normalize(header))];
            }

            if (found.Length != 1)
            {
                string fault = found.Length == 0 ? "is not there" : "is there more than once";
                throw new CsvHeaderException($"the column '{header}' for {field.Name} {fault}; the columns are {string.Join(", ", names)}");
            }

            Take(found[0], field, names);
        }
    }

    private void Take(int column, CallField field, IReadOnlyList<string> names)
    {
        int other = Array.IndexOf(_columns, field);
        if (other >= 0)
        {
            throw new CsvHeaderException($"the columns '{names[other]}' and '{names[column]}' are both {field.Name}");
        }

        if (_columns[column] is { } taken)
        {
            throw new CsvHeaderException($"the column '{names[column]}' is mapped to {taken.Name} and to {field.Name}");
        }

        _columns[column] = field;
    }

    /// <summary>"Setup Time" and "SETUP-TIME" are setup_time.</summary>
    private static string FieldName(string header)
    {
        var name = new StringBuilder(header.Length);
        foreach (char c in header)
        {
            name.Append(c is ' ' or '-' ? '_' : char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
