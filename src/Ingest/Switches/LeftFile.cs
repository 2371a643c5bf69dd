namespace Perimeter.Ingest.Switches;

/// <summary>A file that was renamed or removed while it was open: its switch may still be writing to it.</summary>
/// <param name="held">What is open of it.</param>
/// <param name="since">When it was left.</param>
internal sealed class LeftFile(HeldFile held, DateTimeOffset since)
{
    private long _length = held.Place?.Offset ?? 0;

    public HeldFile Held => held;

    /// <summary>When it was left, or had something new last.</summary>
    public DateTimeOffset Since { get; private set; } = since;

    /// <summary>A person was told that it waits.</summary>
    public bool IsTold { get; set; }

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
