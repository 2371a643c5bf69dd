namespace Perimeter.Ingest;

/// <summary>A file that is being taken: what is open of it, and the place reached. After a batch that failed it is of no use: what was read then is on no log.</summary>
internal sealed class FileReading(FilePosition place, FileContent content, IFileRecords records, byte[] head) : IDisposable
{
    /// <summary>Behind the last batch that is on the log.</summary>
    public FilePosition Place { get; private set; } = place;

    public FileContent Content => content;

    public IFileRecords Records => records;

    /// <summary>The first bytes of the content, as they were when it was opened.</summary>
    public byte[] Head => head;

    public bool IsGzip => content.File is null;

    /// <summary>What was known of all places when the place of this one was found by its content (<see cref="FilePositions.Changes"/>).</summary>
    public required long Changes { get; init; }

    /// <summary>The place has to be written down even where there is nothing new: a file that goes on under another name frees its old one for another file.</summary>
    public bool MustWrite { get; set; }

    /// <summary>What was taken under its name before and is in no file that is known since; null where there is none.</summary>
    public FilePosition? Replaced { get; init; }

    /// <summary>Whether the open file still holds what was read of it. One that was cut and written anew does not.</summary>
    public bool IsAsItWas => content.File is not { } file || content.IsIn(file.SafeFileHandle);

    public void Advance(FilePosition place)
    {
        Place = place;
        MustWrite = false;
    }

    /// <summary>The file has another name now.</summary>
    public void MoveTo(string path)
    {
        Place = Place with { Id = Guid.NewGuid(), Origin = Place.Id, Path = path };
        MustWrite = Place.Offset > 0;
    }

    public void Dispose() => content.Dispose();
}
