namespace Perimeter.Ingest.Switches;

/// <summary>A file that was renamed or removed while it was open: its switch may still be writing to it.</summary>
/// <param name="held">What is open of it.</param>
/// <param name="modified">When it was written to last before it was left.</param>
/// <param name="leftAt">When it was left.</param>
internal sealed class LeftFile(HeldFile held, DateTimeOffset modified, DateTimeOffset leftAt)
{
    private long _length = held.Place?.Offset ?? 0;

    public HeldFile Held => held;

    /// <summary>When it was left, or had something new last.</summary>
    public DateTimeOffset Since { get; private set; } = leftAt;

    /// <summary>A person was told that it waits.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether its rows are older: of those that were left at once by when they were written to.</summary>
    public bool IsOlderThan(LeftFile other) => LeftAt != other.LeftAt ? LeftAt < other.LeftAt : Modified < other.Modified;

    private DateTimeOffset LeftAt { get; } = leftAt;

    private DateTimeOffset Modified { get; } = modified;

    /// <summary>Looks whether its switch has written more to it.</summary>
    public void See(DateTimeOffset now)
    {
        if (held.Length != _length)
        {
            _length = held.Length;
            Since = now;
        }
    }
}
