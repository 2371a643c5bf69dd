using System.Text.RegularExpressions;

namespace Perimeter.Architecture.Tests;

public sealed partial class HouseStyleTests
{
    private const int MaxSourceLines = 400;

    [Fact]
    public void No_source_file_is_longer_than_four_hundred_lines() =>
        Assert.Empty(Repository.Files(".cs").Where(path => Repository.Read(path).Count(c => c == '\n') > MaxSourceLines));

    [Fact]
    public void No_type_is_named_after_a_role_of_software() =>
        Assert.Empty(ProductSources().SelectMany(path => RoleOfSoftware().Matches(Repository.Read(path)).Select(match => $"{path}: {match.Value}")));

    [Fact]
    public void Nothing_is_left_unimplemented() =>
        Assert.Empty(ProductSources().Where(path => Repository.Read(path).Contains("NotImplemented" + "Exception", StringComparison.Ordinal)));

    [Fact]
    public void Lock_files_hold_no_registry_addresses() =>
        Assert.Empty(Repository.Files(".json").Where(path => Path.GetFileName(path).Contains("lock", StringComparison.Ordinal))
            .Where(path => Repository.Read(path).Contains("http", StringComparison.Ordinal)));

    [Fact]
    public void No_file_holds_an_absolute_path_of_a_machine() =>
        Assert.Empty(Repository.Files(".cs", ".md", ".sql", ".csproj", ".props", ".json", ".yaml", "")
            .Where(path => !path.StartsWith("samples/", StringComparison.Ordinal))
            .Where(path => AbsolutePath().IsMatch(Repository.Read(path))));

    [Fact]
    public void Sql_longer_than_a_line_lives_in_sql_files()
    {
        // Raw string literals with a SELECT over several lines belong beside their caller as .sql.
        Assert.Empty(ProductSources().Where(path => MultilineSelect().IsMatch(Repository.Read(path))));
    }

    private static IEnumerable<string> ProductSources() => Repository.Files(".cs").Where(path => path.StartsWith("src/", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(?:class|struct|record|interface)\s+\w*(?:Manager|Helper|Utils?|Processor|Common)\b")]
    private static partial Regex RoleOfSoftware();

    [GeneratedRegex(@"(?<![\w.])/(?:work|root|home)/\w")]
    private static partial Regex AbsolutePath();

    [GeneratedRegex("\"\"\"\\s*\\n\\s*SELECT[^\"]*\\n[^\"]*\"\"\"", RegexOptions.IgnoreCase)]
    private static partial Regex MultilineSelect();
}
