using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>The files in the folder of a switch.</summary>
public static class SwitchFolder
{
    /// <summary>The file that was written to last, of those that the configuration says are its and whole; null where there is none.</summary>
    /// <exception cref="IOException">The folder is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string? NewestFile(SwitchConfig config) => Of(config, FileIngestOptions.OfSwitch(config).Switch!).Read().OrderByDescending(file => file.Modified).ThenBy(file => file.Path, StringComparer.Ordinal).Select(file => file.Path).FirstOrDefault();

    /// <param name="config">The switch.</param>
    /// <param name="files">How its files are read.</param>
    internal static FolderListing Of(SwitchConfig config, ISwitchFiles files) => new(
        Path.GetFullPath(config.Folder), new FilePatterns(config.Files.Length > 0 ? config.Files : files.Files), new FilePatterns(config.Unfinished.Length > 0 ? config.Unfinished : files.Unfinished));
}
