using Perimeter.Domain;

namespace Perimeter.Aggregator.Rerating;

/// <summary>Why a side is adjusted: what differs first, nearest the cause first. The numbers are stored: add at the end, and to 0006-call-adjustments.sql.</summary>
public enum AdjustmentReason : byte
{
    None = 0, TrunkGroup = 1, Relationship = 2, Class = 3, Deck = 4, Code = 5, Jurisdiction = 6, Currency = 7, Rate = 8, Outcome = 9, Seconds = 10, Terms = 11,
    ExchangeRate = 12, Version = 13, Destination = 14,
}

/// <summary>Compares what a side came to at two times.</summary>
public static class SideDifference
{
    /// <summary>None where both are the same in everything that is stored.</summary>
    public static AdjustmentReason Find(in RatedSide old, in RatedSide now)
    {
        if (old.TrunkGroup != now.TrunkGroup)
        {
            return AdjustmentReason.TrunkGroup;
        }

        if (old.Relationship != now.Relationship || old.Relation != now.Relation || old.Direction != now.Direction)
        {
            return AdjustmentReason.Relationship;
        }

        if (old.Class != now.Class)
        {
            return AdjustmentReason.Class;
        }

        return old.Deck != now.Deck ? AdjustmentReason.Deck : FindInDeck(old, now);
    }

    private static AdjustmentReason FindInDeck(in RatedSide old, in RatedSide now)
    {
        if (old.Code != now.Code)
        {
            return AdjustmentReason.Code;
        }

        if (old.Jurisdiction != now.Jurisdiction)
        {
            return AdjustmentReason.Jurisdiction;
        }

        if (old.Currency != now.Currency)
        {
            return AdjustmentReason.Currency;
        }

        if (old.Rate != now.Rate)
        {
            return AdjustmentReason.Rate;
        }

        // A blocked code has its rate and seconds, and what changed with the outcome is the outcome's.
        if (old.Outcome != now.Outcome)
        {
            return AdjustmentReason.Outcome;
        }

        if (old.Seconds != now.Seconds || old.BilledSeconds != now.BilledSeconds)
        {
            return AdjustmentReason.Seconds;
        }

        if (old.Charge != now.Charge)
        {
            return AdjustmentReason.Terms;
        }

        if (old.ExchangeRate != now.ExchangeRate || old.SystemCharge != now.SystemCharge)
        {
            return AdjustmentReason.ExchangeRate;
        }

        if (old.DeckVersion != now.DeckVersion)
        {
            return AdjustmentReason.Version;
        }

        return old.Destination != now.Destination ? AdjustmentReason.Destination : AdjustmentReason.None;
    }
}
