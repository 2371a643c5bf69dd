namespace Perimeter.Csv;

/// <summary>A row that is no CSV. The reader stands behind the row's first line, and reading may go on.</summary>
public sealed class CsvFormatException(long line, string reason) : FormatException($"line {line}: {reason}")
{
    /// <summary>The line, from 1, on which the row begins.</summary>
    public long Line { get; } = line;

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; } = reason;
}
