namespace Perimeter.Ingest.Switches;

/// <summary>A file that was renamed or removed while it was open: its switch may still be writing to it.</summary>
/// <param name="Reading">What is open of it.</param>
/// <param name="Since">When it was left, or had something new last.</param>
internal sealed record LeftFile(FileReading Reading, DateTimeOffset Since)
{
    public DateTimeOffset Since { get; set; } = Since;
}
