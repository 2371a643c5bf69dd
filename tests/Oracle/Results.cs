using System.Numerics;

namespace Perimeter.Oracle;

/// <summary>What one side of an attempt came to. Outcomes, classes and jurisdictions have the names of the rules: "NoDeck", "UsCanada", "Intrastate".</summary>
public sealed record SideResult
{
    public required string Outcome { get; init; }

    /// <summary>0 where no group was found.</summary>
    public int TrunkGroup { get; init; }

    public int Relationship { get; init; }

    public bool IsCustomer { get; init; }

    public string Class { get; init; } = "";

    public int Deck { get; init; }

    /// <summary>With its country code; empty where no code was found.</summary>
    public string Code { get; init; } = "";

    public string Destination { get; init; } = "";

    public string Jurisdiction { get; init; } = "";

    public BigInteger RateNanos { get; init; }

    /// <summary>After rounding and propagation delay.</summary>
    public long Seconds { get; init; }

    public long BilledSeconds { get; init; }

    public BigInteger ChargeNanos { get; init; }

    public string Currency { get; init; } = "";

    /// <summary>In the system currency.</summary>
    public BigInteger SystemNanos { get; init; }
}

/// <summary>One attempt with both of its sides.</summary>
public sealed record AttemptResult(CallRecord Record, SideResult A, SideResult B)
{
    public bool IsAnswered => Record.AnswerMs is not null;

    public long AnsweredMsA => Record.AnswerMs is null ? 0 : Record.EndMs!.Value - Record.AnswerMs.Value;

    public long AnsweredMsB => Record.AnswerMs is null && Record.AnswerBMs is null
        ? 0
        : (Record.EndBMs ?? Record.EndMs!.Value) - (Record.AnswerBMs ?? Record.AnswerMs!.Value);

    /// <summary>Sum of the customer sides, in the system currency.</summary>
    public BigInteger RevenueNanos => (A.IsCustomer ? A.SystemNanos : 0) + (B.IsCustomer ? B.SystemNanos : 0);

    /// <summary>Sum of the vendor sides, in the system currency.</summary>
    public BigInteger CostNanos => (A.IsCustomer ? 0 : A.SystemNanos) + (B.IsCustomer ? 0 : B.SystemNanos);
}
