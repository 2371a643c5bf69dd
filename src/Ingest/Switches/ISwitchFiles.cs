namespace Perimeter.Ingest.Switches;

/// <summary>How the files of a switch are read.</summary>
internal interface ISwitchFiles
{
    /// <summary>Names of its files where the configuration gives none, with * and ?, several with a bar between.</summary>
    string Files { get; }

    /// <summary>Names of files that are not whole yet, likewise; empty where all are.</summary>
    string Unfinished { get; }

    /// <summary>Whether a file grows while the switch runs, record by record, so that its end is not the end of it. Otherwise a file is taken once it is whole.</summary>
    bool Grow { get; }

    /// <summary>
    /// Whether a last line without a line end, in a file that nobody has written to for a while, is a whole record. Where it is not, it stays in the file, and the file is told.
    /// </summary>
    bool IsWhole(ReadOnlySpan<byte> lastLine) => true;

    /// <param name="content">The content from its beginning, decompressed, in whole lines.</param>
    /// <param name="path">Where the file is.</param>
    /// <param name="limits">Of records.</param>
    /// <exception cref="CallFileException">It is no file of this switch, or one without what its records need; the message says which setting of the switch mends it.</exception>
    IFileRecords Open(Stream content, string path, IngestLimits limits);
}
