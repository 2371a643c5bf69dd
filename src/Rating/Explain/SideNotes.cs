using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Decks;

namespace Perimeter.Rating.Explain;

/// <summary>What was told of one side so far.</summary>
internal sealed class SideNotes(Func<DestinationId, string> destinationName, RatingConfig? config)
{
    private string _formula = "";
    private UnroundedCharge _exact;
    private string _rounding = "";

    public RatingConfig? Config => config;

    public Func<DestinationId, string> DestinationName => destinationName;

    public TrunkGroupExplanation? TrunkGroup { get; set; }

    public List<NumberExplanation> Numbers { get; } = [];

    public List<string> NumberSteps { get; set; } = [];

    public NumberingExplanation? Numbering { get; set; }

    public IReadOnlyList<string> Class { get; set; } = [];

    public string DeckHow { get; set; } = "the only deck";

    public RateDeck? Deck { get; set; }

    public int DeckRow { get; set; } = DeckRows.NoRow;

    public LookupExplanation? Lookup { get; set; }

    public JurisdictionExplanation? Jurisdiction { get; set; }

    public DurationExplanation? Duration { get; set; }

    /// <summary>Which of the row's rates a jurisdiction takes, and why.</summary>
    public string RateChoice(Jurisdiction jurisdiction) =>
        Deck is null || DeckRow == DeckRows.NoRow
            ? ""
            : Wording.RateChoice(Deck.Config.Rows[DeckRow], jurisdiction, Deck.Config.Settings.MissingRate);

    public void Bill(DeckTerms terms, in RowTerms row, Rate rate, long billedSeconds, Money surcharge, UnroundedCharge exact, bool raisedToMinimum)
    {
        Duration = Wording.Billed(Duration!, terms, row.Increment, billedSeconds);
        _formula = Wording.Formula(terms, row, rate, billedSeconds, surcharge, raisedToMinimum);
        _exact = exact;
        _rounding = Wording.Rounding(terms.Rounding);
    }

    public SideExplanation Conclude(in RatedSide side) => new()
    {
        Result = side,
        Reason = Wording.Outcome(side, DeckHow, Deck?.Key == DeckKey.Tier ? Lookup?.Number : null),
        TrunkGroup = TrunkGroup,
        Numbers = Numbers,
        Numbering = Numbering,
        Class = Class,
        Deck = Deck is null
            ? null
            : new DeckExplanation(Deck.Id, Deck.Config.Name, Deck.Config.Settings.Type, side.DeckVersion, Deck.Currency, DeckHow),
        Lookup = Lookup,
        Jurisdiction = Jurisdiction,
        Duration = Duration,
        Charge = side.Outcome != RatingOutcome.Rated
            ? null
            : new ChargeExplanation(_formula, ExactAmount.Text(_exact), _rounding, side.Charge, side.Currency, side.ExchangeRate, side.SystemCharge),
    };
}
