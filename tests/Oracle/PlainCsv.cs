using System.Text;

namespace Perimeter.Oracle;

/// <summary>Comma-separated values with quotes, a character at a time.</summary>
internal static class PlainCsv
{
    public static IEnumerable<string[]> Rows(TextReader reader)
    {
        List<string> cells = [];
        StringBuilder cell = new();
        bool quoted = false;
        while (reader.Read() is var read && read >= 0)
        {
            char c = (char)read;
            if (quoted)
            {
                if (c != '"')
                {
                    cell.Append(c);
                }
                else if (reader.Peek() == '"')
                {
                    cell.Append((char)reader.Read());
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c == ',')
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else if (c == '\n')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (cells.Count > 1 || cells[0].Length > 0)
                {
                    yield return [.. cells];
                }

                cells.Clear();
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        if (cells.Count > 0 || cell.Length > 0)
        {
            yield return [.. cells, cell.ToString()];
        }
    }

    /// <summary>The rows of a file by the names of its columns, in lower case without underscores.</summary>
    public static IEnumerable<CsvRow> Table(string path)
    {
        using StreamReader reader = new(path);
        Dictionary<string, int>? columns = null;
        foreach (string[] cells in Rows(reader))
        {
            if (columns is null)
            {
                columns = cells.Select((name, index) => (Name: Plain(name), index)).ToDictionary(pair => pair.Name, pair => pair.index);
                continue;
            }

            yield return new CsvRow(columns, cells);
        }
    }

    public static string Plain(string name) => name.Trim().ToLowerInvariant().Replace("_", "", StringComparison.Ordinal);
}

/// <summary>One row; a column that is not there reads as empty.</summary>
internal sealed class CsvRow(Dictionary<string, int> columns, string[] cells)
{
    public string this[params ReadOnlySpan<string> names]
    {
        get
        {
            foreach (string name in names)
            {
                if (columns.TryGetValue(PlainCsv.Plain(name), out int index) && index < cells.Length && cells[index].Length > 0)
                {
                    return cells[index];
                }
            }

            return "";
        }
    }
}
