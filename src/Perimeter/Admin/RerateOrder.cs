namespace Perimeter.Commands;

/// <summary>Calls to rate again, by the end of the attempt: <c>FromMs &lt;= t &lt; ToMs</c>, ms of UTC. The trunk group by name or id; null for all.</summary>
public sealed record RerateOrder(long FromMs, long ToMs, string? TrunkGroup, bool DryRun);

/// <summary>How a run goes, and at its end what it came to.</summary>
public sealed record RerateAnswer
{
    /// <summary>What the run waits for before it begins; null once it has begun.</summary>
    public string? Waiting { get; init; }

    public long Looked { get; init; }

    public long Total { get; init; }

    public long Changed { get; init; }

    /// <summary>Null while the run is under way.</summary>
    public RerateSummary? Summary { get; init; }
}

/// <summary>What a run came to. Amounts are exact decimals in the system currency.</summary>
/// <param name="Run">The number that its adjustments carry; 0 of a dry run.</param>
/// <param name="Resumed">Whether it went on with one that had been cut short; the lines are of the whole all the same.</param>
public sealed record RerateSummary(int Run, int Revision, bool Resumed, bool DryRun, string Currency, RerateLine All, IReadOnlyList<RerateLine> Relationships);

/// <param name="Relationship">Its name; empty for all together.</param>
/// <param name="Calls">Attempts looked at.</param>
/// <param name="Changed">Of these, those that came to something else.</param>
public sealed record RerateLine(string Relationship, long Calls, long Changed, decimal OldRevenue, decimal NewRevenue, decimal OldCost, decimal NewCost)
{
    public decimal RevenueDifference => NewRevenue - OldRevenue;

    public decimal CostDifference => NewCost - OldCost;

    public decimal ProfitDifference => RevenueDifference - CostDifference;
}
