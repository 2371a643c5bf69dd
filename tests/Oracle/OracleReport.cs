using System.Numerics;

namespace Perimeter.Oracle;

/// <summary>Sums over attempts. Ratios are made of the sums.</summary>
public sealed class Totals
{
    public long Attempts { get; set; }

    public long Completions { get; set; }

    public long AnsweredMs { get; set; }

    public long BilledSeconds { get; set; }

    /// <summary>Customer sides of the attempts, in the system currency.</summary>
    public BigInteger RevenueNanos { get; set; }

    /// <summary>Vendor sides of the attempts, in the system currency.</summary>
    public BigInteger CostNanos { get; set; }

    /// <summary>What this group or Relationship itself was charged or charged us, in the system currency.</summary>
    public BigInteger OwnNanos { get; set; }

    public BigInteger ProfitNanos => RevenueNanos - CostNanos;

    /// <summary>Percent; none without attempts.</summary>
    public decimal? Asr => Attempts == 0 ? null : 100m * Completions / Attempts;

    /// <summary>Minutes; none without completions.</summary>
    public decimal? Aloc => Completions == 0 ? null : AnsweredMs / 60_000m / Completions;

    /// <summary>Percent; none without revenue.</summary>
    public decimal? Margin => RevenueNanos.IsZero ? null : 100m * (decimal)ProfitNanos / (decimal)RevenueNanos;

    internal void Add(AttemptResult attempt, SideResult side, long answeredMs, bool answered)
    {
        Attempts++;
        Completions += answered ? 1 : 0;
        AnsweredMs += answeredMs;
        BilledSeconds += side.BilledSeconds;
        RevenueNanos += attempt.RevenueNanos;
        CostNanos += attempt.CostNanos;
        OwnNanos += side.SystemNanos;
    }
}

/// <summary>What all records came to.</summary>
public sealed class OracleReport(IReadOnlyDictionary<int, string> groupNames, IReadOnlyDictionary<int, string> relationshipNames)
{
    private readonly HashSet<string> _calls = [];

    /// <summary>Different calls: a switch and a call id.</summary>
    public long Calls => _calls.Count;

    /// <summary>Records rated, one a row in rated_calls.</summary>
    public long Rows { get; private set; }

    /// <summary>Calls with an attempt beyond the first.</summary>
    public HashSet<string> CallsWithSeveralAttempts { get; } = [];

    public long Repeats { get; internal set; }

    /// <summary>Records that could not be taken.</summary>
    public long Broken { get; internal set; }

    public long Conflicts { get; internal set; }

    public long Quarantined => Broken + Conflicts;

    /// <summary>All calls as their callers saw them: side A, without what advanced.</summary>
    public Totals All { get; } = new();

    /// <summary>Side A by trunk group.</summary>
    public SortedDictionary<int, Totals> GroupsA { get; } = [];

    /// <summary>Side B by trunk group.</summary>
    public SortedDictionary<int, Totals> GroupsB { get; } = [];

    public SortedDictionary<int, Totals> RelationshipsA { get; } = [];

    public SortedDictionary<int, Totals> RelationshipsB { get; } = [];

    /// <summary>Side A by the name of its destination.</summary>
    public SortedDictionary<string, Totals> Destinations { get; } = new(StringComparer.Ordinal);

    /// <summary>Sides of attempts by side ("A" or "B") and outcome.</summary>
    public SortedDictionary<(string Side, string Outcome), long> Outcomes { get; } = [];

    /// <summary>Of those, the answered ones: money at risk where the outcome is not "Rated".</summary>
    public SortedDictionary<(string Side, string Outcome), long> AnsweredOutcomes { get; } = [];

    public BigInteger RevenueNanos { get; private set; }

    public BigInteger CostNanos { get; private set; }

    public string NameOfGroup(int id) => groupNames.GetValueOrDefault(id, "");

    public string NameOfRelationship(int id) => relationshipNames.GetValueOrDefault(id, "");

    internal void Add(AttemptResult attempt)
    {
        Rows++;
        _calls.Add(attempt.Record.Call);
        if (attempt.Record.Attempt > 1)
        {
            CallsWithSeveralAttempts.Add(attempt.Record.Call);
        }

        RevenueNanos += attempt.RevenueNanos;
        CostNanos += attempt.CostNanos;
        Count(attempt, "A", attempt.A, attempt.IsAnswered);
        Count(attempt, "B", attempt.B, attempt.IsAnswered || attempt.Record.AnswerBMs is not null);
        if (attempt.A.Outcome != "Advanced")
        {
            All.Add(attempt, attempt.A, attempt.AnsweredMsA, attempt.IsAnswered);
            Of(Destinations, attempt.A.Destination).Add(attempt, attempt.A, attempt.AnsweredMsA, attempt.IsAnswered);
            Of(GroupsA, attempt.A.TrunkGroup).Add(attempt, attempt.A, attempt.AnsweredMsA, attempt.IsAnswered);
            Of(RelationshipsA, attempt.A.Relationship).Add(attempt, attempt.A, attempt.AnsweredMsA, attempt.IsAnswered);
        }

        bool answeredB = attempt.IsAnswered || attempt.Record.AnswerBMs is not null;
        Of(GroupsB, attempt.B.TrunkGroup).Add(attempt, attempt.B, attempt.AnsweredMsB, answeredB);
        Of(RelationshipsB, attempt.B.Relationship).Add(attempt, attempt.B, attempt.AnsweredMsB, answeredB);
    }

    private void Count(AttemptResult attempt, string side, SideResult result, bool answered)
    {
        (string, string) key = (side, result.Outcome);
        Outcomes[key] = Outcomes.GetValueOrDefault(key) + 1;
        if (answered)
        {
            AnsweredOutcomes[key] = AnsweredOutcomes.GetValueOrDefault(key) + 1;
        }
    }

    private static Totals Of<TKey>(SortedDictionary<TKey, Totals> totals, TKey key)
        where TKey : notnull
    {
        if (!totals.TryGetValue(key, out Totals? found))
        {
            totals.Add(key, found = new Totals());
        }

        return found;
    }
}
