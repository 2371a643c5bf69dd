using System.Globalization;

namespace Perimeter.Warehouse;

/// <summary>
/// Parts that the engine set aside at its start because it could not read them. After a write that failed they are to be expected, and hold nothing that is not elsewhere: an insert's
/// was never believed (<see cref="WriteWatch"/>), and a merge's sources are back. Otherwise their rows are missing from every answer, and nothing goes on.
/// </summary>
internal static class IncompleteParts
{
    // There while the engine is, so that a full disk has to rename one file and not to make one.
    private const string Whole = "perimeter-writes-whole";
    private const string Failed = "perimeter-write-failed";

    private const string SetAside =
        "SELECT database, table, name, path, partition_id, assumeNotNull(min_block_number), assumeNotNull(max_block_number), assumeNotNull(level) FROM system.detached_parts "
        + "WHERE reason LIKE '%broken%' ORDER BY 1, 2, 3";

    /// <summary>Before the process ends on a write that failed: the next start may find incomplete parts.</summary>
    public static void Expect(string folder)
    {
        try
        {
            File.Move(Path.Combine(folder, Whole), Path.Combine(folder, Failed), overwrite: true);
        }
        catch (IOException)
        {
            // The next start takes them for damage then, and people decide.
        }
    }

    /// <summary>Removes those that were to be expected.</summary>
    /// <returns>The others, for people; empty where there are none.</returns>
    public static IReadOnlyList<string> Settle(ClickHouseConnection connection, string folder)
    {
        bool isExpected = File.Exists(Path.Combine(folder, Failed));
        List<string> damaged = [];
        foreach (string[] part in connection.QueryText(SetAside, "TSVRaw").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')))
        {
            (string table, string name, string path) = ($"{SqlText.QuotedName(part[0])}.{SqlText.QuotedName(part[1])}", part[2], part[3]);
            if (isExpected && (IsInsert(name, part) || HasSources(connection, part)))
            {
                connection.Execute($"ALTER TABLE {table} DROP DETACHED PART {SqlText.Quoted(name)} SETTINGS allow_drop_detached = 1");
            }
            else
            {
                damaged.Add($"{part[0]}.{part[1]} part {name} ({path})");
            }
        }

        if (damaged.Count == 0)
        {
            Begin(Path.Combine(folder, Whole), Path.Combine(folder, Failed));
        }

        return damaged;
    }

    private static void Begin(string whole, string failed)
    {
        try
        {
            if (File.Exists(failed))
            {
                File.Move(failed, whole, overwrite: true);
            }
            else if (!File.Exists(whole))
            {
                File.WriteAllBytes(whole, []);
            }
        }
        catch (IOException)
        {
            // As in Expect.
        }
    }

    // One block, of no level, and not what a mutation made of it.
    private static bool IsInsert(string name, string[] part) => part[7] == "0" && name.EndsWith($"_{part[4]}_{part[5]}_{part[6]}_0", StringComparison.Ordinal);

    private static bool HasSources(ClickHouseConnection connection, string[] part) =>
        long.Parse(
            connection.QueryText(
                $"SELECT count() FROM system.parts WHERE active AND database = {SqlText.Quoted(part[0])} AND table = {SqlText.Quoted(part[1])} AND partition_id = {SqlText.Quoted(part[4])} "
                + $"AND min_block_number >= {part[5]} AND max_block_number <= {part[6]}",
                "TSVRaw"),
            CultureInfo.InvariantCulture) > 0;
}
