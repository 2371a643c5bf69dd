namespace Perimeter.Ingest.Switches;

/// <summary>The folder into which files go once all of them is taken.</summary>
internal static class FileArchive
{
    private const int MostOfOneName = 10_000;

    /// <summary>A name in the folder that no file has: that of the file, or with a number behind it.</summary>
    /// <exception cref="IOException">The folder cannot be made, or too many files of this name are in it.</exception>
    public static string FreePath(string folder, string path)
    {
        Directory.CreateDirectory(folder);
        string wanted = Path.Combine(folder, Path.GetFileName(path));
        for (int number = 0; number < MostOfOneName; number++)
        {
            string free = number == 0 ? wanted : $"{wanted}.{number}";
            if (!Path.Exists(free))
            {
                return free;
            }
        }

        throw new IOException($"the archive {folder} holds {MostOfOneName} files of this name already; move some away");
    }
}
