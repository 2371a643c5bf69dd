using System.Globalization;
using System.Reflection;

namespace Perimeter.Warehouse.Schema;

/// <summary>
/// The tables and views, as numbered .sql files beside this one. Each may be run again at every start: what exists stays, views are replaced. The files are those of
/// one server; on a cluster a connection makes the replicated and sharded tables of them.
/// </summary>
public static class WarehouseSchema
{
    /// <summary>Brings the database to this build's schema. A crash in between is mended by doing it again; several processes may do it at once.</summary>
    /// <exception cref="ClickHouseException">A statement failed; the message names its file.</exception>
    /// <exception cref="WarehouseUnavailableException">The database has had files of a later build, or its tables are laid out otherwise than is set. Nothing was changed.</exception>
    public static void Migrate(IWarehouseConnection connection)
    {
        TableLayout.Require(connection);
        (string File, string Text)[] files = [.. Files()];
        string[] applied = [];
        foreach ((string file, string text) in files)
        {
            // The first of them makes the table that tells of the others.
            Run(connection, file, text);
            if (file == files[0].File)
            {
                applied = connection.QueryText("SELECT name FROM schema_changes ORDER BY number", "TSVRaw").Split('\n', StringSplitOptions.RemoveEmptyEntries);
                RequireKnown(applied, files[^1].File);
            }

            if (!applied.Contains(file))
            {
                connection.InsertSelect($"INSERT INTO schema_changes (number, name, applied_at) SELECT {NumberOf(file)}, '{file}', now64(3)", []);
            }
        }
    }

    private static void RequireKnown(string[] applied, string newest)
    {
        if (applied.FirstOrDefault(file => NumberOf(file) > NumberOf(newest)) is { } later)
        {
            throw new WarehouseUnavailableException(
                $"ClickHouse has the schema of a later version of Perimeter: it has had {later}, and this one knows files up to {newest}. Run that version, or restore ClickHouse from before it.");
        }
    }

    private static int NumberOf(string file) => int.Parse(file.AsSpan(0, file.IndexOf('-', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);

    private static void Run(IWarehouseConnection connection, string file, string text)
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

    /// <summary>The statements of a file: each ends with a semicolon at the end of a line.</summary>
    internal static IEnumerable<string> Statements(string text) =>
        text.ReplaceLineEndings("\n").Split(";\n").Select(statement => statement.Trim()).Where(statement => statement.Length > 0);

    internal static IEnumerable<(string File, string Text)> Files()
    {
        Assembly assembly = typeof(WarehouseSchema).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name, reader.ReadToEnd());
        }
    }
}
