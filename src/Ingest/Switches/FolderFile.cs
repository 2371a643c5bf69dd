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

    /// <summary>What is open of it, between two looks too; null where nothing is.</summary>
    public HeldFile? Held { get; set; }

    /// <summary>What reads it; null where it is not being read.</summary>
    public FileReading? Reading => Held?.Reading;

    /// <summary>The place reached when it was read to its end last; null before.</summary>
    public FilePosition? Place { get; private set; }

    public FolderTrouble Trouble { get; } = new();

    /// <summary>It appeared or changed since it was last looked at which file has the name.</summary>
    public bool MayBeAnother { get; set; }

    private bool _hasChanged;

    /// <summary>Bytes that are not taken yet, as far as that can be told.</summary>
    public long BytesBehind => IsTaken ? 0 : Math.Max(0, Length - ((Held is { File: not null } ? Held.Place : Place)?.Offset ?? 0));

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
        MayBeAnother = true;
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
    /// <param name="place">Where.</param>
    /// <param name="lastLineAt">When a line that has no end yet may be taken; null where there is none.</param>
    public void Reached(FilePosition place, DateTimeOffset? lastLineAt)
    {
        Place = place;
        LastLineAt = lastLineAt;
        IsTaken = lastLineAt is null;
    }

    /// <summary>Another file has its name now: what is open is the caller's from here on.</summary>
    public void Lose()
    {
        Held = null;
        Place = null;
        IsTaken = false;
        LastLineAt = null;
    }

    public void Close()
    {
        Held?.Dispose();
        Held = null;
    }
}
