using System.IO.Enumeration;

namespace Perimeter.Ingest.Switches;

/// <summary>A file as it lies in a folder.</summary>
internal readonly record struct ListedFile(string Path, long Length, DateTimeOffset Modified);

/// <summary>The files of a folder that a switch wrote and has done with. What lies in folders below is not looked at.</summary>
internal sealed class FolderListing(string folder, FilePatterns files, FilePatterns unfinished)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

    /// <exception cref="IOException">The folder is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public IEnumerable<ListedFile> Read() => new FileSystemEnumerable<ListedFile>(
        folder, (ref FileSystemEntry entry) => new ListedFile(entry.ToFullPath(), entry.Length, entry.LastWriteTimeUtc), Everything)
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && files.Match(entry.FileName) && !unfinished.Match(entry.FileName),
    };
}
