namespace Perimeter.Ingest;

/// <summary>What the switch edge has taken since the process started, over all sources. Counted once the log has it.</summary>
public sealed class IngestCounters
{
    private long _accepted;
    private long _quarantined;
    private long _repeats;
    private long _unknownFields;
    private long _passedOver;
    private long _refusedRequests;
    private long _lostDatagrams;

    /// <summary>Records that went to the call events.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    public long Quarantined => Interlocked.Read(ref _quarantined);

    /// <summary>Accepted records with the key and kind of an earlier one in the same request or batch of lines.</summary>
    public long Repeats => Interlocked.Read(ref _repeats);

    /// <summary>Fields with names that mean nothing here, each time they came.</summary>
    public long UnknownFields => Interlocked.Read(ref _unknownFields);

    /// <summary>Records of switches that are no attempt to be charged.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    /// <summary>Requests answered with anything but 202.</summary>
    public long RefusedRequests => Interlocked.Read(ref _refusedRequests);

    /// <summary>Datagrams that were dropped because too many waited.</summary>
    public long LostDatagrams => Interlocked.Read(ref _lostDatagrams);

    internal void Taken(CallIntake intake)
    {
        IngestMetrics.Taken(intake);
        Interlocked.Add(ref _accepted, intake.Accepted);
        Interlocked.Add(ref _quarantined, intake.Quarantined.Count);
        Interlocked.Add(ref _repeats, intake.Repeats);
        Interlocked.Add(ref _unknownFields, intake.UnknownFields);
        Interlocked.Add(ref _passedOver, intake.PassedOverCount);
    }

    internal void Refused() => Interlocked.Increment(ref _refusedRequests);

    internal void LostDatagram()
    {
        IngestMetrics.LostDatagram();
        Interlocked.Increment(ref _lostDatagrams);
    }
}
