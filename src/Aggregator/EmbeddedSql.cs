namespace Perimeter.Aggregator;

/// <summary>The .sql files of this project, which lie beside the code that runs them.</summary>
internal static class EmbeddedSql
{
    /// <summary>One statement, without the semicolon at its end.</summary>
    public static string Read(string file)
    {
        using Stream stream = typeof(EmbeddedSql).Assembly.GetManifestResourceStream(file)
            ?? throw new FileNotFoundException($"{file} is not among the resources of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd().TrimEnd(';');
    }
}
