using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Perimeter.Ingest;

/// <summary>The key that switches show: made at the first start and kept in the data folder, readable by its owner alone.</summary>
public static class ApiKeyFile
{
    public const string Name = "api-key";

    /// <summary>A shorter key that someone wrote there by hand is refused.</summary>
    public const int MinLength = 16;

    private const int RandomBytes = 32;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The key of the data folder, made where there is none yet. The caller holds the folder's lock: one process owns it.</summary>
    /// <exception cref="InvalidDataException">The file holds no usable key, or others may read it.</exception>
    public static string ReadOrCreate(string dataFolder, string name = Name)
    {
        string path = Path.Combine(dataFolder, name);
        if (!File.Exists(path))
        {
            Create(path);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
        {
            throw new InvalidDataException($"{path} can be read by others than its owner. Run: chmod 600 '{path}'; and make a new key if others may have seen it (delete the file).");
        }

        string key = File.ReadAllText(path).Trim();
        if (key.Length < MinLength || key.Any(c => c is <= ' ' or > '~'))
        {
            throw new InvalidDataException($"{path} must hold a key of {MinLength} or more printable characters without spaces. Delete the file to have a new key made.");
        }

        return key;
    }

    /// <summary>Written aside and moved, so that a key is there whole or not at all.</summary>
    private static void Create(string path)
    {
        string aside = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (var file = new FileStream(aside, options))
            {
                file.Write(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)) + "\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: false);
        }
        finally
        {
            File.Delete(aside);
        }
    }
}
