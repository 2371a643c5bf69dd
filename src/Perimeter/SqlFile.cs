namespace Perimeter.Commands;

/// <summary>A statement that lies as a .sql file beside its caller and is built in.</summary>
internal static class SqlFile
{
    public static string Read(string name)
    {
        using Stream stream = typeof(SqlFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not built in.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
