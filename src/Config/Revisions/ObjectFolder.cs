using System.Buffers;
using System.Security.Cryptography;

namespace Perimeter.Config;

/// <summary>
/// Contents under the name of their SHA-256. An object is written under another name, synced and renamed, so that a name always stands for the whole content;
/// what a crash leaves in the staging folder is no part of the store and is removed at the next publishing. Reading changes nothing in the folder.
/// </summary>
internal sealed class ObjectFolder
{
    private const int BufferBytes = 256 * 1024;
    private readonly string _objects;
    private readonly string _staging;
    private int _staged;

    public ObjectFolder(string folder)
    {
        _objects = Path.Combine(folder, "objects");
        _staging = Path.Combine(folder, "staging");
    }

    /// <summary>Makes the folders, and removes what a crash left.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(_objects);
        ClearStaging();
        Directory.CreateDirectory(_staging);
    }

    public string PlaceOf(RevisionFile file) => Path.Combine(_objects, file.Sha256);

    /// <summary>Whether an object is there, by its name and length; <see cref="Verify"/> looks at the content.</summary>
    public bool Has(string sha256, long bytes) => new FileInfo(Path.Combine(_objects, sha256)) is { Exists: true } file && file.Length == bytes;

    /// <summary>Copies a file in, so that what is checked is what will be kept, whatever becomes of the original meanwhile.</summary>
    public StagedFile Stage(string path, string original)
    {
        string place = Path.Combine(_staging, $"{++_staged}{(original.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? ".gz" : "")}");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var source = new FileStream(original, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using var copy = new FileStream(place, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long bytes = 0;
        int read;
        while ((read = source.Read(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            copy.Write(buffer, 0, read);
            bytes += read;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return new StagedFile(place, new RevisionFile(path, Convert.ToHexStringLower(hash.GetHashAndReset()), bytes));
    }

    public StagedFile Stage(string path, ReadOnlySpan<byte> content)
    {
        string place = Path.Combine(_staging, $"{++_staged}");
        File.WriteAllBytes(place, content);
        return new StagedFile(place, new RevisionFile(path, Convert.ToHexStringLower(SHA256.HashData(content)), content.Length));
    }

    /// <summary>Makes staged files objects, durably. An object that is there already is left as it is.</summary>
    public void Keep(IEnumerable<StagedFile> files)
    {
        foreach (StagedFile staged in files)
        {
            string place = PlaceOf(staged.File);
            if (File.Exists(place) && HashOf(place) == staged.File.Sha256)
            {
                continue;
            }

            using (var file = new FileStream(staged.Place, FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
            {
                file.Flush(flushToDisk: true);
            }

            File.Move(staged.Place, place, overwrite: true);
        }

        DurableFile.SyncFolder(_objects);
    }

    /// <exception cref="RevisionStoreException">The object is missing, or is not what its name says.</exception>
    public void Verify(RevisionFile file)
    {
        string place = PlaceOf(file);
        if (!File.Exists(place))
        {
            throw new RevisionStoreException($"{place}, the content of {file.Path}, is missing: bring it back from a backup of the configuration folder.");
        }

        if (HashOf(place) != file.Sha256)
        {
            throw new RevisionStoreException($"{place}, the content of {file.Path}, is damaged: bring it back from a backup of the configuration folder.");
        }
    }

    public byte[] Read(RevisionFile file)
    {
        Verify(file);
        return File.ReadAllBytes(PlaceOf(file));
    }

    public void ClearStaging()
    {
        if (Directory.Exists(_staging))
        {
            Directory.Delete(_staging, recursive: true);
        }
    }

    /// <summary>Where a manifest is written before it gets its name.</summary>
    public string StagingPlace(string name) => Path.Combine(_staging, name);

    private static string HashOf(string place)
    {
        using var file = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

/// <param name="Place">Where the content is until it becomes an object.</param>
internal sealed record StagedFile(string Place, RevisionFile File);
