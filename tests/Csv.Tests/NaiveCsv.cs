using System.Text;

namespace Perimeter.Csv.Tests;

/// <summary>One row as either reader tells it: its place, its bytes, its columns, or why it has none.</summary>
public sealed record ReadResult(long Line, long Start, long End, string Raw, string Columns, string? Fault)
{
    public static string Join(IEnumerable<string> columns) => string.Join("\u241F", columns);
}

/// <summary>The rules of CSV read one byte at a time over the whole content: slow, plain, and sharing nothing with the reader.</summary>
public static class NaiveCsv
{
    public static List<ReadResult> Read(byte[] content, byte delimiter)
    {
        var rows = new List<ReadResult>();
        int at = content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        long line = 1;
        while (at < content.Length)
        {
            int start = at;
            (List<string>? columns, int next, int lines) = ReadRow(content, at, delimiter);
            if (columns is null)
            {
                int lineFeed = Array.IndexOf(content, (byte)'\n', start);
                next = lineFeed < 0 ? content.Length : lineFeed + 1;
                lines = 1;
            }

            string raw = Text(content, start, RowEnd(content, start, next));
            if (raw.Length > 0)
            {
                rows.Add(new ReadResult(line, start, next, raw, columns is null ? "" : ReadResult.Join(columns), columns is null ? "fault" : null));
            }

            at = next;
            line += lines;
        }

        return rows;
    }

    private static (List<string>? Columns, int Next, int Lines) ReadRow(byte[] content, int at, byte delimiter)
    {
        var columns = new List<string>();
        int lines = 1;
        while (true)
        {
            var column = new List<byte>();
            if (at < content.Length && content[at] == '"')
            {
                at++;
                while (true)
                {
                    if (at == content.Length)
                    {
                        return (null, 0, 0);
                    }

                    if (content[at] == '"')
                    {
                        if (at + 1 < content.Length && content[at + 1] == '"')
                        {
                            column.Add((byte)'"');
                            at += 2;
                            continue;
                        }

                        at++;
                        break;
                    }

                    lines += content[at] == '\n' ? 1 : 0;
                    column.Add(content[at++]);
                }

                bool lineEnds = at == content.Length || content[at] == '\n'
                    || (content[at] == '\r' && (at + 1 == content.Length || content[at + 1] == '\n'));
                if (!lineEnds && content[at] != delimiter)
                {
                    return (null, 0, 0);
                }
            }
            else
            {
                while (at < content.Length && content[at] != delimiter && content[at] != '\n')
                {
                    column.Add(content[at++]);
                }

                bool lineEnds = at == content.Length || content[at] == '\n';
                if (lineEnds && column.Count > 0 && column[^1] == '\r')
                {
                    column.RemoveAt(column.Count - 1);
                }
            }

            columns.Add(Encoding.UTF8.GetString(column.ToArray()));
            if (at < content.Length && content[at] == delimiter)
            {
                at++;
                continue;
            }

            at += at < content.Length && content[at] == '\r' ? 1 : 0;
            return (columns, at < content.Length ? at + 1 : at, lines);
        }
    }

    private static int RowEnd(byte[] content, int start, int next)
    {
        int end = next;
        end -= end > start && content[end - 1] == '\n' ? 1 : 0;
        end -= end > start && content[end - 1] == '\r' ? 1 : 0;
        return end;
    }

    private static string Text(byte[] content, int start, int end) => Encoding.UTF8.GetString(content, start, end - start);
}
