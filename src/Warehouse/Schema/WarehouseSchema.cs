using System.Reflection;

namespace Perimeter.Warehouse.Schema;

/// <summary>The tables and views, as numbered .sql files beside this one. Each may be run again at every start: what exists stays, views are replaced.</summary>
public static class WarehouseSchema
{
    /// <summary>Brings the database to this build's schema.</summary>
    /// <exception cref="ClickHouseException">A statement failed; the message names its file.</exception>
    public static void Migrate(IWarehouseConnection connection)
    {
        foreach ((string file, string text) in Files())
        {
            foreach (string statement in Statements(text))
            {
                try
                {
                    connection.Execute(statement);
                }
                catch (ClickHouseException e)
                {
                    throw new ClickHouseException(e.Code, $"{file}: {e.Message}");
                }
            }
        }
    }

    /// <summary>The statements of a file: each ends with a semicolon at the end of a line.</summary>
    internal static IEnumerable<string> Statements(string text) =>
        text.ReplaceLineEndings("\n").Split(";\n").Select(statement => statement.Trim()).Where(statement => statement.Length > 0);

    private static IEnumerable<(string File, string Text)> Files()
    {
        Assembly assembly = typeof(WarehouseSchema).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name, reader.ReadToEnd());
        }
    }
}
