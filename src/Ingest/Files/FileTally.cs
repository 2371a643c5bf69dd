namespace Perimeter.Ingest;

/// <summary>The counts over all batches of one run through a file.</summary>
internal sealed class FileTally(string path, long fromLine, IngestLimits limits)
{
    private readonly List<RecordError> _errors = [];
    private long _repeats;
    private long _unknownFields;
    private readonly Dictionary<string, long> _passedOver = [];

    public long Accepted { get; private set; }

    public long Quarantined { get; private set; }

    public void Add(CallIntake intake)
    {
        Accepted += intake.Accepted;
        Quarantined += intake.Quarantined.Count;
        _repeats += intake.Repeats;
        _unknownFields += intake.UnknownFields;
        foreach ((string reason, long records) in intake.PassedOver)
        {
            _passedOver[reason] = _passedOver.GetValueOrDefault(reason) + records;
        }

        _errors.AddRange(intake.Errors.Take(limits.MaxErrorsListed - _errors.Count));
    }

    public FileIngestResult ToResult(long nextLine, int heldBackBytes) => new()
    {
        Path = path,
        FromLine = fromLine,
        NextLine = nextLine,
        Accepted = Accepted,
        Quarantined = Quarantined,
        Repeats = _repeats,
        UnknownFields = _unknownFields,
        PassedOver = _passedOver,
        HeldBackBytes = heldBackBytes,
        Errors = _errors,
    };
}
