namespace Perimeter.Csv;

/// <summary>How a CSV stream is read. Every limit is named here.</summary>
public sealed record CsvOptions
{
    public const int DefaultMaxRowBytes = 1 << 20;
    public const int DefaultMaxColumns = 1024;

    /// <summary>The smallest room in which the scan can work.</summary>
    public const int MinBufferBytes = 8;

#if DEBUG
    // Tiny in Debug builds, so that every test meets the edges of the buffer.
    public const int DefaultBufferBytes = 64;
#else
    public const int DefaultBufferBytes = 128 * 1024;
#endif

    public static CsvOptions Default { get; } = new();

    /// <summary>The byte between columns; null finds it in the first line, among comma, semicolon, tab and bar.</summary>
    public byte? Delimiter { get; init; }

    /// <summary>A longer row, its line end not counted, is malformed.</summary>
    public int MaxRowBytes { get; init; } = DefaultMaxRowBytes;

    public int MaxColumns { get; init; } = DefaultMaxColumns;

    /// <summary>The buffer to start with; it grows up to what the longest row needs.</summary>
    public int BufferBytes { get; init; } = DefaultBufferBytes;
}
