namespace Perimeter.Ingest;

/// <summary>The limits of the switch edge. What happens at each is in docs/call-events.md.</summary>
public sealed record IngestLimits
{
    /// <summary>Bytes of one request's body as sent; more is answered with 413.</summary>
    public int MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>Bytes of one request's body after decompression; more is answered with 413.</summary>
    public int MaxDecompressedBytes { get; init; } = 32 << 20;

    /// <summary>Records in one request, good and bad; more is answered with 413.</summary>
    public int MaxRecordsPerRequest { get; init; } = 100_000;

    /// <summary>A longer record goes to the quarantine unread.</summary>
    public int MaxRecordBytes { get; init; } = 64 << 10;

    /// <summary>What could not be read and is longer is put aside in pieces of this size.</summary>
    public int MaxQuarantinedBytes { get; init; } = 1 << 20;

    /// <summary>
    /// Bytes put aside by one request or one append of a file's lines, with the header that each row of a CSV needs to be read alone.
    /// A request that would put aside more is answered with 413; of a file, the next lines go into the next append.
    /// </summary>
    public int MaxPutAsideBytes { get; init; } = 64 << 20;

    /// <summary>Requests being worked on; further ones are answered with 429.</summary>
    public int MaxRequestsInFlight { get; init; } = 64;

    /// <summary>Bytes of bodies in memory, as sent and decompressed, over all requests; a request that needs more is answered with 429.</summary>
    public long MaxBytesInFlight { get; init; } = 256L << 20;

    /// <summary>Errors listed in an answer; the others are counted.</summary>
    public int MaxErrorsListed { get; init; } = 100;

    /// <summary>What Retry-After says with 429 and 503.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How far ahead of this machine's clock an event's times may lie.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Lines of a CDR file that are appended together with the place reached.</summary>
    public int FileBatchLines { get; init; } = 20_000;

    /// <summary>Bytes of a CDR file after which a batch of lines is closed early.</summary>
    public int FileBatchBytes { get; init; } = 8 << 20;

    /// <summary>A last line without a line end is taken only when the file was not written to for so long: its writer may be in the middle of it.</summary>
    public TimeSpan MinLastLineAge { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>CDR files whose places are remembered; the one taken longest ago is forgotten first.</summary>
    public int MaxKnownFiles { get; init; } = 50_000;

    /// <summary>Every limit that makes no sense, one message each; empty where all do.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(errors, nameof(MaxBodyBytes), MaxBodyBytes, 1024, 1 << 30);
        Check(errors, nameof(MaxDecompressedBytes), MaxDecompressedBytes, MaxBodyBytes, 1 << 30);
        Check(errors, nameof(MaxRecordsPerRequest), MaxRecordsPerRequest, 1, 1_000_000);
        Check(errors, nameof(MaxRecordBytes), MaxRecordBytes, 1024, 1 << 20);
        Check(errors, nameof(MaxQuarantinedBytes), MaxQuarantinedBytes, MaxRecordBytes, 16 << 20);
        Check(errors, nameof(MaxPutAsideBytes), MaxPutAsideBytes, MaxQuarantinedBytes, 128 << 20);
        Check(errors, nameof(MaxRequestsInFlight), MaxRequestsInFlight, 1, 10_000);
        Check(errors, nameof(MaxBytesInFlight), MaxBytesInFlight, 2 * ((long)MaxBodyBytes + MaxDecompressedBytes), 1L << 40);
        Check(errors, nameof(MaxErrorsListed), MaxErrorsListed, 0, 10_000);
        Check(errors, $"{nameof(RetryAfter)} in seconds", (long)RetryAfter.TotalSeconds, 1, 3600);
        Check(errors, $"{nameof(MaxAhead)} in seconds", (long)MaxAhead.TotalSeconds, 0, 7 * 86_400);
        Check(errors, nameof(FileBatchLines), FileBatchLines, 1, 1_000_000);
        Check(errors, nameof(FileBatchBytes), FileBatchBytes, 1, 32 << 20);
        Check(errors, $"{nameof(MinLastLineAge)} in seconds", (long)MinLastLineAge.TotalSeconds, 0, 86_400);
        Check(errors, nameof(MaxKnownFiles), MaxKnownFiles, 1, 200_000);
        return errors;
    }

    /// <exception cref="ArgumentException">A limit makes no sense; the message names all that do not.</exception>
    public IngestLimits Checked()
    {
        IReadOnlyList<string> errors = Validate();
        return errors.Count == 0 ? this : throw new ArgumentException(string.Join(" ", errors));
    }

    private static void Check(List<string> errors, string name, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            errors.Add($"{name} must be from {least} to {most}; it is {value}.");
        }
    }
}
