namespace Perimeter.Rating.Tests.Building;

/// <summary>A CSV file of the tests: a line of settings that begins with # (optional), a header, rows. Cells hold no commas.</summary>
internal sealed record GoldenFile(IReadOnlyDictionary<string, string> Settings, IReadOnlyList<GoldenRow> Rows)
{
    public static GoldenFile Read(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", name));
        Dictionary<string, string> settings = [];
        int header = 0;
        if (lines[0].StartsWith('#'))
        {
            header = 1;
            foreach (string setting in lines[0][1..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = setting.Split('=');
                settings.Add(parts[0], parts[1]);
            }
        }

        string[] columns = lines[header].Split(',');
        List<GoldenRow> rows = [];
        for (int i = header + 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            Assert.True(cells.Length == columns.Length, $"{name}:{i + 1} has {cells.Length} cells, not {columns.Length}");
            rows.Add(new GoldenRow($"{name}:{i + 1}", i + 1, columns.Zip(cells).ToDictionary(static cell => cell.First, static cell => cell.Second)));
        }

        return new GoldenFile(settings, rows);
    }
}

internal sealed record GoldenRow(string Place, int Line, IReadOnlyDictionary<string, string> Cells)
{
    public string this[string column] => Cells.GetValueOrDefault(column, "");

    public bool Has(string column) => Cells.ContainsKey(column);
}
