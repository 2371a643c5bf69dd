namespace Perimeter.Ingest.Switches;

/// <summary>One file of a watched folder, by its name: how it was seen last, and how far it is taken.</summary>
internal sealed class FolderFile(string path)
{
    public string Path => path;

    public long Length { get; private set; }

    public DateTimeOffset Modified { get; private set; }

    /// <summary>When it was last seen to have changed.</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Everything that was seen of it is on the log.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>It was taken to its end once.</summary>
    public bool IsCounted { get; set; }

    /// <summary>A last line without a line end is taken then, if nothing more is written until then; null where there is none.</summary>
    public DateTimeOffset? LastLineAt { get; private set; }

    /// <summary>Open between two looks while the file is being followed.</summary>
    public FileReading? Reading { get; set; }

    /// <summary>The place reached; null before it was opened.</summary>
    public FilePosition? Place { get; set; }

    public FolderTrouble Trouble { get; } = new();

    private bool _hasChanged;

    /// <summary>Bytes that are not taken yet, as far as that can be told.</summary>
    public long BytesBehind => IsTaken ? 0 : Math.Max(0, Length - (Reading is { IsGzip: false } reading ? reading.Content.BytesRead : Place?.Offset ?? 0));

    public void See(ListedFile listed, DateTimeOffset now)
    {
        if (listed.Length == Length && listed.Modified == Modified && ChangedAt != default)
        {
            return;
        }

        Length = listed.Length;
        Modified = listed.Modified;
        ChangedAt = now;
        IsTaken = false;
        LastLineAt = null;
        _hasChanged = true;
    }

    public bool IsDue(DateTimeOffset now)
    {
        if (IsTaken || Length == 0)
        {
            return false;
        }

        return Trouble.Message is null ? LastLineAt is not { } at || now >= at : now >= Trouble.NextTry || (Trouble.MayPass && _hasChanged);
    }

    public void BeginTurn() => _hasChanged = false;

    /// <summary>Its end was reached.</summary>
    /// <param name="lastLineAt">When a line that has no end yet may be taken; null where there is none.</param>
    public void Reached(DateTimeOffset? lastLineAt)
    {
        LastLineAt = lastLineAt;
        IsTaken = lastLineAt is null;
    }

    public void Close()
    {
        Reading?.Dispose();
        Reading = null;
    }
}
