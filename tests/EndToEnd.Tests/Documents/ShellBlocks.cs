namespace Perimeter.EndToEnd.Tests;

/// <summary>The commands of a document, block by block, as a person would copy them.</summary>
internal static class ShellBlocks
{
    public static IReadOnlyList<string> Of(string document) => Of(document, "```sh");

    public static IReadOnlyList<string> Of(string document, string fence)
    {
        List<string> blocks = [];
        List<string>? block = null;
        foreach (string line in File.ReadLines(Path.Combine(RepositoryFolders.Root, document)))
        {
            if (block is null)
            {
                block = line == fence ? [] : null;
            }
            else if (line == "```")
            {
                blocks.Add(string.Join('\n', block));
                block = null;
            }
            else
            {
                block.Add(line);
            }
        }

        return blocks;
    }
}
