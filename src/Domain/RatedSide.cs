namespace Perimeter.Domain;

/// <summary>What one side of one attempt came to. Amounts are in the deck's currency unless they say "system".</summary>
public struct RatedSide
{
    public TrunkGroupId TrunkGroup;
    public RelationshipId Relationship;
    public Direction Direction;
    public Relation Relation;
    public CallClass Class;
    public RatingOutcome Outcome;
    public Jurisdiction Jurisdiction;
    public RateDeckId Deck;

    /// <summary>The upload of the deck, from 1, that holds the row used; 0 where no code was found.</summary>
    public int DeckVersion;

    /// <summary>The code that matched, with its country code; none where no code was found.</summary>
    public E164 Code;

    public DestinationId Destination;

    /// <summary>The row used, counted over the compiled deck's rows; -1 where no code was found. Not stored: it means something beside the snapshot only.</summary>
    public int DeckRow;

    /// <summary>Whole seconds after rounding and propagation delay; 0 where the call was not answered.</summary>
    public int Seconds;

    /// <summary>0 unless <see cref="RatingOutcome.Rated"/>.</summary>
    public int BilledSeconds;

    /// <summary>The rate of the jurisdiction found, where a code was found.</summary>
    public Rate Rate;

    /// <summary>0 unless <see cref="RatingOutcome.Rated"/>.</summary>
    public Money Charge;

    public CurrencyCode Currency;

    /// <summary>System currency for one unit of <see cref="Currency"/> at the attempt's setup; 0 where there is no deck.</summary>
    public ExchangeRate ExchangeRate;

    /// <summary><see cref="Charge"/> in the system currency.</summary>
    public Money SystemCharge;
}
