using Perimeter.Config;
using Perimeter.Rating;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>The sample carrier of the repository, read once.</summary>
internal static class SampleFiles
{
    private static readonly Lazy<RatingSnapshot> Compiled = new(Read);

    public static string CarrierFolder { get; } = Path.Combine(RepositoryFolder(), "samples", "carrier");

    public static string DataFolder { get; } = Path.Combine(RepositoryFolder(), "samples", "data");

    public static RatingSnapshot Snapshot => Compiled.Value;

    private static RatingSnapshot Read()
    {
        CarrierFolder carrier = Config.CarrierFolder.Read(CarrierFolder);
        Assert.Empty(carrier.Errors);
        SnapshotCompilation compilation = RatingSnapshot.Compile(carrier.Config!, previous: null);
        Assert.Empty(compilation.Errors);
        return compilation.Snapshot!;
    }

    private static string RepositoryFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Perimeter.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not inside the repository.");
    }
}
