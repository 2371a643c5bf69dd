using System.IO.Hashing;

namespace Perimeter.Ingest;

/// <summary>The positions of all files known, up to a limit. Safe to use from several threads.</summary>
internal sealed class FilePositions(int maxFiles)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, FilePosition> _byId = [];
    private readonly Dictionary<Guid, long> _changedAt = [];
    private long _changes;

    /// <summary>Grows each time a file is taken further.</summary>
    public long Changes
    {
        get
        {
            lock (_lock)
            {
                return _changes;
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>
    /// A file's offset only grows, so the larger one is the later: a snapshot may stand in the log behind a position that is newer than it.
    /// </summary>
    public void Apply(FilePosition position)
    {
        lock (_lock)
        {
            bool isKnown = _byId.TryGetValue(position.Id, out FilePosition? known);
            if (!isKnown || position.Offset > known!.Offset)
            {
                _changedAt[position.Id] = ++_changes;
            }

            if (!isKnown || position.Offset >= known!.Offset)
            {
                _byId[position.Id] = position;
            }

            if (_byId.Count > maxFiles)
            {
                Guid oldest = _byId.Values.MinBy(p => p.TakenAtMs)!.Id;
                _byId.Remove(oldest);
                _changedAt.Remove(oldest);
            }
        }
    }

    public IReadOnlyList<FilePosition> All()
    {
        lock (_lock)
        {
            return [.. _byId.Values];
        }
    }

    /// <summary>
    /// Whether a place lies further than this one that may be of the same content: its own, or one with the same beginning that changed since. Only reading the
    /// content tells then, since files that were copied may have gone different ways.
    /// </summary>
    public bool IsTakenFurther(FilePosition position, long since)
    {
        lock (_lock)
        {
            return (_byId.TryGetValue(position.Id, out FilePosition? own) && own.Offset > position.Offset)
                || (_changes > since && _byId.Values.Any(other => other.Offset > position.Offset && other.Id != position.Id && MayBeSame(position, other) && _changedAt[other.Id] > since));
        }
    }

    /// <summary>Whether nothing was taken of the same content since.</summary>
    public bool IsLast(FilePosition position)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(position.Id, out FilePosition? known) && known.Offset == position.Offset && !_byId.Values.Any(other => other.Origin == position.Id);
        }
    }

    /// <summary>The position under which a file of this name was taken last, where its content did not go on under another name.</summary>
    public FilePosition? LeftAt(string path, string ofSwitch)
    {
        lock (_lock)
        {
            FilePosition? last = _byId.Values.Where(p => p.Path == path && p.Switch == ofSwitch).MaxBy(p => p.TakenAtMs);
            return last is null || _byId.Values.Any(p => p.Origin == last.Id) ? null : last;
        }
    }

    /// <summary>The positions of a switch that a file whose content begins with these bytes may be at.</summary>
    public IReadOnlyList<FilePosition> WithHead(ReadOnlySpan<byte> head, string ofSwitch)
    {
        var hashes = new Dictionary<int, UInt128>();
        var found = new List<FilePosition>();
        foreach (FilePosition position in All())
        {
            if (position.HeadLength > head.Length || position.Switch != ofSwitch)
            {
                continue;
            }

            if (!hashes.TryGetValue(position.HeadLength, out UInt128 hash))
            {
                hash = XxHash128.HashToUInt128(head[..position.HeadLength]);
                hashes.Add(position.HeadLength, hash);
            }

            if (hash == position.HeadHash)
            {
                found.Add(position);
            }
        }

        return found;
    }

    private static bool MayBeSame(FilePosition position, FilePosition other) =>
        position.Switch == other.Switch && (position.HeadLength == 0 || (position.HeadLength == other.HeadLength && position.HeadHash == other.HeadHash));
}
