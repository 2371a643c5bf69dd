namespace Perimeter.Config;

/// <summary>One thing that is wrong in what a person wrote, and where.</summary>
/// <param name="File">The file as it was named to us.</param>
/// <param name="Line">The line, from 1; 0 where the file as a whole is meant.</param>
/// <param name="Column">The header of the column as the file writes it; empty where the row as a whole is meant.</param>
/// <param name="Reason">What is wrong, for people.</param>
public sealed record ConfigError(string File, long Line, string Column, string Reason)
{
    public override string ToString() =>
        File + (Line > 0 ? $":{Line}" : "") + ": " + (Column.Length > 0 ? $"column {Column}: " : "") + Reason;
}
