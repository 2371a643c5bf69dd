namespace Perimeter.Ingest.Switches;

/// <summary>Where the fields of a record are, from 0: one less than Ribbon's document counts (docs/switches/ribbon.md).</summary>
internal sealed record RibbonFields
{
    public const int Gateway = 1, AccountingId = 2, StartDate = 5, StartTime = 6, TicksToAlert = 8;

    /// <summary>Of a STOP: the 10th field.</summary>
    public const int TicksToAnswer = 9;

    /// <summary>Of a STOP: the 14th field.</summary>
    public const int ServiceDuration = 13;

    /// <summary>Of an ATTEMPT: the 146th field.</summary>
    public const int FinalAttempt = 145;

    public required int Least { get; init; }

    public required int EndDate { get; init; }

    public required int EndTime { get; init; }

    public required int Reason { get; init; }

    public required int Calling { get; init; }

    public required int Called { get; init; }

    public required int RouteAttempt { get; init; }

    public required int RouteSelected { get; init; }

    public required int IngressGroup { get; init; }

    public required int Dialed { get; init; }

    public required int Initiator { get; init; }

    public required int EgressGroup { get; init; }

    public required int IncomingCalling { get; init; }

    public static RibbonFields Stop { get; } = new()
    {
        Least = 70, EndDate = 10, EndTime = 11, Reason = 14, Calling = 19, Called = 20, RouteAttempt = 29, RouteSelected = 30, IngressGroup = 33, Dialed = 59, Initiator = 63, EgressGroup = 67,
        IncomingCalling = 69,
    };

    public static RibbonFields Attempt { get; } = new()
    {
        Least = 146, EndDate = 104, EndTime = 9, Reason = 11, Calling = 16, Called = 17, RouteAttempt = 26, RouteSelected = 27, IngressGroup = 30, Dialed = 52, Initiator = 56, EgressGroup = 57,
        IncomingCalling = 59,
    };
}
