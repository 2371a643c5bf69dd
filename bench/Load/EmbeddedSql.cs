namespace Perimeter.Load;

/// <summary>The .sql files of this project.</summary>
internal static class EmbeddedSql
{
    public static string Read(string file)
    {
        using Stream stream = typeof(EmbeddedSql).Assembly.GetManifestResourceStream(file)
            ?? throw new FileNotFoundException($"{file} is not among the resources of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The statements of a file for the embedded ClickHouse, which takes one at a time: each ends with a semicolon at the end of a line.</summary>
    public static string[] Statements(string file) =>
        [.. Read(file).Split(";\n").Select(static statement => statement.Trim()).Where(static statement => statement.Length > 0)];
}
