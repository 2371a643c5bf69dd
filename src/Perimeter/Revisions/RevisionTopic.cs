using System.Globalization;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Commands;

/// <summary>
/// Revisions of the configuration on Kafka: each file once, as <c>file/SHA256</c>, and each manifest as <c>revision/N</c>, behind the files that it names. They stay there for good,
/// as calls that were rated by them may be asked about.
/// </summary>
internal sealed class RevisionTopic(CompactedTopic topic, RevisionStore store)
{
    private const string FilePrefix = "file/";
    private const string RevisionPrefix = "revision/";

    /// <summary>Of one transaction: far below what the cluster takes at once, and enough for most revisions.</summary>
    private const long MaxBytesAtOnce = 64L << 20;

    private readonly HashSet<string> _published = [];
    private readonly SortedDictionary<int, ReadOnlyMemory<byte>> _waiting = [];

    /// <summary>
    /// Takes over what others published into the store, and tells when there is something new, the first time when all that was there before has been read.
    /// </summary>
    /// <param name="arrived">Called with the reader's progress made; what it throws ends the following.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RevisionStoreException">What is published and what is in the store do not fit together.</exception>
    public async Task FollowAsync(Action arrived, CancellationToken cancellationToken)
    {
        await foreach (CompactedChanges changes in topic.FollowAsync(cancellationToken).ConfigureAwait(false))
        {
            Take(changes.Entries);
            if (changes.IsCaughtUp)
            {
                if (_waiting.Count > 0)
                {
                    throw new RevisionStoreException(
                        $"Revision {_waiting.First().Key} of the configuration on Kafka cannot be taken over: a file of it, or a revision before it, is not there. Publish it again from the data folder that made it.");
                }

                arrived();
            }
        }
    }

    /// <summary>Publishes every revision of the store that is not on Kafka yet.</summary>
    /// <exception cref="LogUnavailableException">The cluster cannot be reached: nothing of the revision under way was published, those before it were.</exception>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        foreach (RevisionManifest manifest in store.Revisions)
        {
            string key = RevisionPrefix + manifest.Revision.Value.ToString(CultureInfo.InvariantCulture);
            lock (_published)
            {
                if (_published.Contains(key))
                {
                    continue;
                }
            }

            await PublishFilesAsync(manifest.Revision, cancellationToken).ConfigureAwait(false);

            // Last: from here on the revision is there for everyone, whole. Crash before: files that no revision names, found again by the next try.
            await SendAsync([new CompactedEntry(key, store.ReadManifest(manifest.Revision))], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishFilesAsync(ConfigRevision revision, CancellationToken cancellationToken)
    {
        List<CompactedEntry> entries = [];
        long bytes = 0;
        foreach (RevisionFile file in store.FilesOf(revision).DistinctBy(file => file.Sha256))
        {
            lock (_published)
            {
                if (_published.Contains(FilePrefix + file.Sha256))
                {
                    continue;
                }
            }

            if (bytes > 0 && bytes + file.Bytes > MaxBytesAtOnce)
            {
                await SendAsync(entries, cancellationToken).ConfigureAwait(false);
                entries = [];
                bytes = 0;
            }

            entries.Add(new CompactedEntry(FilePrefix + file.Sha256, store.ReadFile(file)));
            bytes += file.Bytes;
        }

        await SendAsync(entries, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(List<CompactedEntry> entries, CancellationToken cancellationToken)
    {
        await topic.PublishAsync(entries, cancellationToken).ConfigureAwait(false);
        lock (_published)
        {
            _published.UnionWith(entries.Select(entry => entry.Key));
        }
    }

    private void Take(IReadOnlyList<CompactedEntry> entries)
    {
        foreach (CompactedEntry entry in entries)
        {
            lock (_published)
            {
                _published.Add(entry.Key);
            }

            if (entry.Key.StartsWith(FilePrefix, StringComparison.Ordinal))
            {
                store.ReceiveFile(entry.Key[FilePrefix.Length..], entry.Value.Span);
            }
            else if (entry.Key.StartsWith(RevisionPrefix, StringComparison.Ordinal))
            {
                _waiting[int.Parse(entry.Key.AsSpan(RevisionPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture)] = entry.Value;
            }
        }

        while (_waiting.Count > 0 && store.TryReceive(_waiting.First().Value.Span))
        {
            _waiting.Remove(_waiting.First().Key);
        }
    }
}
