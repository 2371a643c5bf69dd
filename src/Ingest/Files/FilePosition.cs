namespace Perimeter.Ingest;

/// <summary>How far one file was taken. Whatever its name is, a file is the one whose content begins with the bytes that were taken.</summary>
internal sealed record FilePosition
{
    /// <summary>Bytes of the head at most.</summary>
    public const int MaxHeadBytes = 4096;

    public required Guid Id { get; init; }

    /// <summary>The position whose content this one goes on with under another name; empty where there is none.</summary>
    public required Guid Origin { get; init; }

    /// <summary>The switch whose file it is; empty where none was said. The same content of two switches are two files: its rows are other calls.</summary>
    public string Switch { get; init; } = "";

    /// <summary>Full path under which the file was taken last.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes taken, of the decompressed content; it ends a line.</summary>
    public required long Offset { get; init; }

    /// <summary>The line, from 1, that begins there.</summary>
    public required long Line { get; init; }

    /// <summary>The head of the content, by which the file is found among the others: its length, and its XXH128.</summary>
    public required int HeadLength { get; init; }

    public required UInt128 HeadHash { get; init; }

    /// <summary>XXH128 of all bytes before <see cref="Offset"/>.</summary>
    public required UInt128 ContentHash { get; init; }

    public required long TakenAtMs { get; init; }
}
