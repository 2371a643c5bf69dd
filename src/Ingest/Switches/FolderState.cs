namespace Perimeter.Ingest.Switches;

/// <summary>How a watched folder stands.</summary>
public sealed record FolderState
{
    /// <summary>The switch whose folder it is.</summary>
    public required string Switch { get; init; }

    public required string Folder { get; init; }

    /// <summary>Files taken to their end since the watching began; one that grows counts once.</summary>
    public long FilesTaken { get; init; }

    /// <summary>Files with content that is not taken yet, those that cannot be taken and those without a name among them.</summary>
    public int FilesWaiting { get; init; }

    /// <summary>Of those that wait, files that were renamed or removed: only the opening of this process holds them, and they are lost to it when it ends.</summary>
    public int FilesLeft { get; init; }

    /// <summary>Bytes of files, as they are on the disk, that are not taken yet.</summary>
    public long BytesBehind { get; init; }

    /// <summary>Files that cannot be taken, or not further, and were told of.</summary>
    public int FilesFailing { get; init; }

    /// <summary>What was told last and is still so; null where all is well.</summary>
    public string? Error { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? ErrorSince { get; init; }
}
