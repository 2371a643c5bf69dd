namespace Perimeter.EndToEnd.Tests;

/// <summary>Where things are in the repository that these tests were built from.</summary>
internal static class RepositoryFolders
{
    public static string Root { get; } = Find();

    public static string Carrier { get; } = Path.Combine(Root, "samples", "carrier");

    public static string NumberingData { get; } = Path.Combine(Root, "samples", "data");

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Perimeter.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not inside the repository.");
    }
}
