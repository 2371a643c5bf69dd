namespace Perimeter.Config;

/// <summary>The files of a carrier folder by their paths in it, wherever their bytes are: in the folder itself, or among the objects of a store.</summary>
internal sealed class CarrierContent
{
    /// <summary>A folder with more files is no carrier folder.</summary>
    public const int MaxFiles = 10_000;

    private readonly Dictionary<string, string> _places;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public CarrierContent(IReadOnlyDictionary<string, string> places) => _places = new Dictionary<string, string>(places, StringComparer.Ordinal);

    /// <summary>What was opened so far: the files that the configuration is made of.</summary>
    public IReadOnlyCollection<string> Used => _used;

    /// <summary>The CSV files of a folder and of the folders in it.</summary>
    /// <exception cref="IOException">The folder cannot be read, or holds too many files.</exception>
    public static CarrierContent Of(string folder)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8, AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };
        foreach (string place in Directory.EnumerateFiles(folder, "*", options))
        {
            if (place.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || place.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase))
            {
                places.Add(Path.GetRelativePath(folder, place).Replace(Path.DirectorySeparatorChar, '/'), place);
            }

            if (places.Count > MaxFiles)
            {
                throw new IOException($"{folder} holds more than {MaxFiles} CSV files: that is no carrier folder.");
            }
        }

        return new CarrierContent(places);
    }

    public IEnumerable<KeyValuePair<string, string>> Places => _places;

    public bool Has(string path) => _places.ContainsKey(path);

    /// <summary>Counts a file as used that need not be opened.</summary>
    public void Use(string path) => _used.Add(path);

    public Stream Open(string path)
    {
        Use(path);
        return Csv.InputFile.OpenRead(_places[path]);
    }
}
