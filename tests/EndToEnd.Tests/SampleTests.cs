using Perimeter.Generator;

namespace Perimeter.EndToEnd.Tests;

public sealed class SampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perimeter-sample-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_generator_writes_the_committed_carrier_to_the_byte()
    {
        string committed = RepositoryFolders.Carrier;
        CarrierFolderWriter.Write(RepositoryFolders.NumberingData, _folder);
        Assert.Equal(Files(committed), Files(_folder));
        Assert.All(Files(committed), file =>
            Assert.True(
                File.ReadAllBytes(Path.Combine(committed, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(_folder, file))),
                $"samples/carrier/{file} is not what samples/Generator writes: run the generator and commit what it wrote."));
    }

    [Theory]
    [InlineData("az-premium.csv", 25_000)]
    [InlineData("az-standard.csv", 25_000)]
    [InlineData("az-euro.csv", 25_000)]
    [InlineData("az-africa-vendor.csv", 25_000)]
    [InlineData("az-east-vendor.csv", 25_000)]
    [InlineData("az-europe-vendor.csv", 25_000)]
    [InlineData("us-standard.csv", 30_000)]
    [InlineData("us-contact-center.csv", 30_000)]
    [InlineData("us-mountain-vendor.csv", 30_000)]
    [InlineData("us-continental-vendor.csv", 30_000)]
    public void A_deck_has_as_many_codes_as_a_real_one(string deck, int least)
    {
        int codes = File.ReadLines(Path.Combine(RepositoryFolders.Carrier, "decks", deck)).Skip(1).Select(row => row.Split(',')[0]).Distinct().Count();
        Assert.True(codes >= least, $"{deck} has {codes} codes");
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
}
