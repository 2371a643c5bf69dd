using System.Xml.Linq;

namespace Perimeter.Architecture.Tests;

public sealed class ReferenceGraphTests
{
    // docs/architecture.md draws this graph; a reference that is not here needs a reason there first.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Csv"] = [],
        ["Records"] = ["Domain", "Csv"],
        ["Rating"] = ["Domain"],
        ["Streaming"] = ["Domain"],
        ["Warehouse"] = ["Domain"],
        ["Config"] = ["Domain", "Csv", "Records", "Rating"],
        ["Ingest"] = ["Domain", "Csv", "Records", "Streaming"],
        ["RatingEngine"] = ["Domain", "Rating", "Records", "Streaming"],
        ["Aggregator"] = ["Domain", "Rating", "Streaming", "Warehouse"],
        ["Perimeter"] = ["Domain", "Csv", "Records", "Rating", "Streaming", "Warehouse", "Config", "Ingest", "RatingEngine", "Aggregator"],
    };

    [Fact]
    public void Every_project_references_only_what_the_graph_allows()
    {
        List<string> wrong = [];
        foreach (string path in SourceProjects())
        {
            string project = Path.GetFileNameWithoutExtension(path);
            Assert.True(Allowed.ContainsKey(project), $"{project} is not in the graph: add it here and to docs/architecture.md.");
            wrong.AddRange(References(path, "ProjectReference").Select(Path.GetFileNameWithoutExtension)
                .Where(reference => !Allowed[project].Contains(reference)).Select(reference => $"{project} -> {reference}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_pure_projects_use_no_packages()
    {
        string[] pure = ["Domain", "Rating", "Records", "Csv"];
        Assert.Empty(SourceProjects().Where(path => pure.Contains(Path.GetFileNameWithoutExtension(path))).SelectMany(path => References(path, "PackageReference")));
    }

    [Fact]
    public void The_oracle_shares_no_code_with_the_product()
    {
        Assert.Empty(References("tests/Oracle/Oracle.csproj", "ProjectReference"));
        Assert.DoesNotContain(
            Repository.Files(".cs").Where(path => path.StartsWith("tests/Oracle/", StringComparison.Ordinal)),
            path => Repository.Read(path).Contains("using Perimeter.", StringComparison.Ordinal) && Repository.Read(path).Split('\n')
                .Any(line => line.StartsWith("using Perimeter.", StringComparison.Ordinal) && !line.Contains("Oracle", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = Repository.Read("Perimeter.sln").Replace('\\', '/');
        Assert.Empty(Repository.Files(".csproj").Where(path => !solution.Contains(path, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> SourceProjects() => Repository.Files(".csproj").Where(path => path.StartsWith("src/", StringComparison.Ordinal));

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Parse(Repository.Read(project)).Descendants(kind).Select(element => element.Attribute("Include")!.Value.Replace('\\', '/'));
}
