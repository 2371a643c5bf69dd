namespace Perimeter.Config.Tests;

public sealed class BrokenFolderTests
{
    private const string Cases = "broken-folders.txt";

    public static IEnumerable<TheoryDataRow<string>> Names() => GoldenCases.Names(Cases);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_folder_says_exactly_what_is_wrong_with_it(string name)
    {
        GoldenCase golden = GoldenCases.Find(Cases, name);
        using var carrier = new CarrierDirectory();
        carrier.Apply(golden.Content);
        CarrierFolder folder = CarrierFolder.Read(carrier.Folder);
        Assert.Equal(golden.Expected, folder.Errors.Select(error => error.ToString()));
        Assert.Null(folder.Config);
    }

    [Fact]
    public void There_are_thirty_cases_and_more() => Assert.True(GoldenCases.Read(Cases).Count >= 30);

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_too()
    {
        string missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        ConfigError error = Assert.Single(CarrierFolder.Read(missing).Errors);
        Assert.StartsWith($"{missing}: the folder cannot be read: ", error.ToString(), StringComparison.Ordinal);
    }
}
