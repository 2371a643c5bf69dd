using Perimeter.Domain;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>Sides as trunk_group_minutes numbers them.</summary>
internal enum MinuteSide : byte { Marker = 0, A = 1, B = 2 }

/// <summary>One row of trunk_group_minutes. <paramref name="Seconds"/> is the minute's first second since 1970.</summary>
internal readonly record struct MinuteKey(uint Seconds, int TrunkGroup, MinuteSide Side, Relation Relation, int Relationship)
{
    /// <summary>The last minute that a DateTime can hold; ends beyond it count there, ends before 1970 in the first.</summary>
    public const long LastSeconds = 4_294_967_280;

    private const uint GroupsApart = 4_093;

    /// <summary>The groups of a minute come behind one another, so that what is added to at one time lies together in memory.</summary>
    public override int GetHashCode() => unchecked((int)((Seconds / 60 * GroupsApart) + ((uint)TrunkGroup * 2) + (uint)Side));

    public static uint SecondsOf(long endMs) => (uint)Math.Clamp(endMs / 60_000 * 60, 0, LastSeconds);
}

/// <summary>What the attempts of one group and minute add up to. catch-up-minutes.sql computes the same from the rows, and a test holds the two together.</summary>
internal struct MinuteSums
{
    /// <summary>An answered call below this is short (metrics.md, SDR).</summary>
    public const long ShortMs = 6_000;

    public ulong Attempts;
    public ulong Completions;
    public long AnsweredMs;
    public ulong BilledSeconds;
    public Int128 ChargeNanos;
    public ulong Unrated;
    public ulong ShortCalls;
    public ulong NoProfitableRoute;
    public ulong NetworkEffective;
    public ulong MosThousandths;
    public ulong MosCalls;
    public ulong PddMs;
    public ulong PddCalls;
    public ulong PddTo500;
    public ulong PddTo1000;
    public ulong PddTo2000;
    public ulong PddTo3000;
    public ulong PddTo5000;
    public ulong PddTo10000;

    private static ReadOnlySpan<byte> NoProfitableRouteRefusal => "no_profitable_route"u8;

    public void Add(in CallEvent callEvent, in RatedSide side, bool answered, long answeredMs, ReadOnlySpan<byte> refusal)
    {
        Attempts++;
        BilledSeconds += (ulong)side.BilledSeconds;
        ChargeNanos += side.SystemCharge.Nanos;
        if (answered)
        {
            Completions++;
            AnsweredMs += answeredMs;
            Unrated += side.Outcome == RatingOutcome.Rated ? 0UL : 1;
            ShortCalls += answeredMs < ShortMs ? 1UL : 0;
            if (callEvent.MosThousandths >= 0)
            {
                MosThousandths += (ulong)callEvent.MosThousandths;
                MosCalls++;
            }
        }

        NoProfitableRoute += refusal.SequenceEqual(NoProfitableRouteRefusal) ? 1UL : 0;
        NetworkEffective += answered || callEvent.SipCode is 486 or 600 or 480 or 487 or 603 ? 1UL : 0;
        if (callEvent.PddMs >= 0)
        {
            AddPdd(callEvent.PddMs);
        }
    }

    private void AddPdd(int pddMs)
    {
        PddMs += (ulong)pddMs;
        PddCalls++;
        switch (pddMs)
        {
            case <= 500: PddTo500++; break;
            case <= 1_000: PddTo1000++; break;
            case <= 2_000: PddTo2000++; break;
            case <= 3_000: PddTo3000++; break;
            case <= 5_000: PddTo5000++; break;
            case <= 10_000: PddTo10000++; break;
        }
    }
}
