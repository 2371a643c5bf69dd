namespace Perimeter.Ingest.Switches;

/// <summary>What a person is told of a watched folder, once each time it comes to be so.</summary>
/// <param name="Switch">The switch whose folder it is.</param>
/// <param name="Path">The file, or the folder.</param>
/// <param name="IsMended">What was told before is so no more.</param>
/// <param name="Message">What, why, and what to do; begins with neither switch nor path.</param>
public sealed record FolderReport(string Switch, string Path, bool IsMended, string Message)
{
    public override string ToString() => $"switch {Switch}: {Path}: {Message}";
}
