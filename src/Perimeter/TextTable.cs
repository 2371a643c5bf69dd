namespace Perimeter.Commands;

/// <summary>A table in plain text: names to the left, numbers to the right.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] cells) => _rows.Add(cells);

    public string Render(int leftColumns)
    {
        if (_rows.Count == 1)
        {
            return "  none";
        }

        int[] widths = [.. header.Select((_, column) => _rows.Max(row => row[column].Length))];
        return string.Join(Environment.NewLine, _rows.Select(row => "  " + string.Join("  ", row.Select((cell, column) =>
            column < leftColumns ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd()));
    }
}
