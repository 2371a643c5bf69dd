namespace Perimeter.Ingest;

/// <summary>The records of a file, one after another, with the places between them.</summary>
internal interface IFileRecords
{
    /// <summary>The offset, in the decompressed content, behind the last record read and its line end.</summary>
    long Offset { get; }

    /// <summary>The line, from 1, that begins there.</summary>
    long NextLine { get; }

    /// <summary>Moves forward to where an earlier reading ended.</summary>
    void SkipTo(long offset, long line);

    /// <summary>
    /// Reads the next record into the intake. False at the end of the content; asked again, it goes on where the content has more by then, since the file grew.
    /// </summary>
    bool ReadRecord(CallIntake intake);
}
