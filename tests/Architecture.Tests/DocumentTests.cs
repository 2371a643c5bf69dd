using System.Text.RegularExpressions;

namespace Perimeter.Architecture.Tests;

public sealed partial class DocumentTests
{
    [Fact]
    public void Every_path_that_a_document_names_exists()
    {
        List<string> missing = [];
        foreach (string document in Repository.Files(".md"))
        {
            foreach (Match match in NamedPath().Matches(Repository.Read(document)))
            {
                string path = match.Groups[1].Value.TrimEnd('/', '.', ',');
                if (!Exists(path))
                {
                    missing.Add($"{document}: {path}");
                }
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_link_of_a_document_leads_somewhere()
    {
        List<string> missing = [];
        foreach (string document in Repository.Files(".md"))
        {
            string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
            foreach (Match match in Link().Matches(Repository.Read(document)))
            {
                string target = match.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)))
                {
                    missing.Add($"{document}: {target}");
                }
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void Decision_records_are_numbered_without_gaps()
    {
        string folder = Path.Combine(Repository.Root, "docs", "decisions");
        int[] numbers = [.. Directory.EnumerateFiles(folder, "*.md").Select(path => int.Parse(Path.GetFileName(path)[..4])).Order()];
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    private static bool Exists(string path) =>
        path.Contains('*')
            ? Directory.EnumerateFileSystemEntries(Path.Combine(Repository.Root, Path.GetDirectoryName(path)!), Path.GetFileName(path)).Any()
            : Path.Exists(Path.Combine(Repository.Root, path));

    // `src/...`, `tests/...` and so on in backticks, without placeholders.
    [GeneratedRegex(@"`((?:src|tests|docs|samples|bench|deploy)/[\w./*-]+)`")]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
