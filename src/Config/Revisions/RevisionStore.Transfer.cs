using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.Config;

// Revisions on their way from the store that published them to others, which hold the same under the same numbers.
public sealed partial class RevisionStore
{
    /// <summary>A revision as it is sent: its manifest, which names the files that it is made of.</summary>
    /// <exception cref="RevisionStoreException">There is no such revision.</exception>
    public byte[] ReadManifest(ConfigRevision revision)
    {
        lock (_lock)
        {
            return Find(revision).ToJson();
        }
    }

    /// <summary>Every file of a revision, by the SHA-256 of its content.</summary>
    /// <exception cref="RevisionStoreException">There is no such revision.</exception>
    public IReadOnlyList<RevisionFile> FilesOf(ConfigRevision revision)
    {
        lock (_lock)
        {
            return [.. Find(revision).AllFiles];
        }
    }

    /// <exception cref="RevisionStoreException">The content is missing or damaged.</exception>
    public byte[] ReadFile(RevisionFile file) => _objects.Read(file);

    /// <summary>Keeps a file that came from elsewhere, durably.</summary>
    /// <exception cref="RevisionStoreException">The content is not what its name says.</exception>
    public void ReceiveFile(string sha256, ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            if (_objects.Has(sha256, content.Length))
            {
                return;
            }

            try
            {
                _objects.Prepare();
                StagedFile staged = _objects.Stage(sha256, content);
                if (staged.File.Sha256 != sha256)
                {
                    throw new RevisionStoreException($"A file of the configuration came as {sha256} and is {staged.File.Sha256}: it was damaged on the way.");
                }

                _objects.Keep([staged]);
            }
            finally
            {
                _objects.ClearStaging();
            }
        }
    }

    /// <summary>Takes over a revision that was published elsewhere. False while one before it or a file of it has not come yet; one that is there already changes nothing.</summary>
    /// <exception cref="RevisionStoreException">It is no revision, or another of that number is here.</exception>
    public bool TryReceive(ReadOnlySpan<byte> manifest)
    {
        RevisionManifest received;
        try
        {
            received = RevisionManifest.FromJson(manifest);
        }
        catch (JsonException failure)
        {
            throw new RevisionStoreException("A revision of the configuration came that is no manifest.", failure);
        }

        lock (_lock)
        {
            if (_revisions.Find(known => known.Revision == received.Revision) is { } here)
            {
                return here.ToJson().AsSpan().SequenceEqual(received.ToJson())
                    ? true
                    : throw new RevisionStoreException(
                        $"Revision {received.Revision.Value} of the configuration is another in {Folder} than where it was published: a number stands for one content for good. "
                        + "Give this process a data folder of its own, which nobody applies a configuration to.");
            }

            if (received.Revision != NextRevision || !received.AllFiles.All(file => _objects.Has(file.Sha256, file.Bytes)))
            {
                return false;
            }

            try
            {
                _objects.Prepare();
                Add(received);
            }
            finally
            {
                _objects.ClearStaging();
            }

            return true;
        }
    }

    private RevisionManifest Find(ConfigRevision revision) => _revisions.Find(known => known.Revision == revision)
        ?? throw new RevisionStoreException($"There is no revision {revision.Value} of the configuration in {Folder}.");
}
