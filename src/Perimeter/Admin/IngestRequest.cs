namespace Perimeter.Commands;

/// <summary>CDR files to take, by full paths on this machine, and how to read them.</summary>
public sealed record IngestRequest(IReadOnlyList<string> Files, IReadOnlyList<string> Map, string? TimeZone, char? Delimiter, bool TakeChanged)
{
    /// <summary>The switch that wrote them, whose words they are in; null for our own fields.</summary>
    public string? Switch { get; init; }
}

/// <summary>How far a file is, or what became of it.</summary>
public sealed record IngestAnswer(string File)
{
    public bool Progress { get; init; }

    public long Lines { get; init; }

    public long Accepted { get; init; }

    public long Quarantined { get; init; }

    public long FromLine { get; init; }

    public long NextLine { get; init; }

    public bool TakenBefore { get; init; }

    /// <summary>The first bad lines, each with what is wrong.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Why the file was not taken, or not to its end; null where it was.</summary>
    public string? Refused { get; init; }
}
