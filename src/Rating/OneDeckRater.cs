using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating;

/// <summary>A rater of one deck, or every reason why the deck cannot be used.</summary>
public sealed record OneDeckCompilation(OneDeckRater? Rater, IReadOnlyList<CompileError> Errors);

/// <summary>
/// Rates by one deck, whatever the class and the trunk groups (rating.md, "One-deck rating"): the outcomes are InvalidNumber, NoCode, Blocked, NotAnswered and Rated.
/// The deck's own currency counts as the system's. Immutable; safe to share between threads. Allocates nothing per call.
/// </summary>
public sealed class OneDeckRater
{
    private readonly PlacedDeck _placed;

    private OneDeckRater(RateDeck deck, ReferenceData reference) =>
        _placed = new PlacedDeck(deck, new CodeTable(deck.Timelines.Codes), ExchangeRateTimeline.SystemCurrency, reference);

    public RateDeckConfig Deck => _placed.Deck.Config;

    internal PlacedDeck Placed => _placed;

    public static OneDeckCompilation Compile(RateDeckConfig deck) => Compile(deck, []);

    /// <param name="referenceData">Where numbers of the US and Canada are, and whose.</param>
    public static OneDeckCompilation Compile(RateDeckConfig deck, IReadOnlyList<ReferenceRow> referenceData)
    {
        List<CompileError> errors = [];
        ReferenceChecks.Check(referenceData, errors);
        RateDeck? compiled = RateDeck.Compile(deck, destinations: int.MaxValue, errors);
        return errors.Count == 0
            ? new OneDeckCompilation(new OneDeckRater(compiled!, ReferenceData.Build(referenceData)), errors)
            : new OneDeckCompilation(null, errors);
    }

    /// <summary>Rates one call. <see cref="RatedSide.DeckRow"/> is the place of the row used in <see cref="RateDeckConfig.Rows"/>, or -1.</summary>
    public void Rate(in OneDeckCall call, out RatedSide side)
    {
        NoTrace none = default;
        Rate(call, out side, ref none);
    }

    /// <summary>Why a call costs what it costs, by the same code. <paramref name="destinationName"/> names the destinations, or returns "".</summary>
    public SideExplanation Explain(in OneDeckCall call, Func<DestinationId, string> destinationName)
    {
        ExplainTrace trace = new(destinationName);
        Rate(call, out RatedSide side, ref trace);
        return trace.Conclude(side);
    }

    private void Rate<TTrace>(in OneDeckCall call, out RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        SideInRating begun = default;
        Begin(call, ref begun, out side, ref trace);
        if (begun.Deck is not null)
        {
            int code = begun.IsToMatch ? _placed.CodeOf(begun.Number) : CodeTable.None;
            DeckRating.End(begun, DeckRating.FindSlot(begun, code), ref side, ref trace);
        }
    }

    /// <summary>The first half; without a deck where the outcome is known already.</summary>
    internal void Begin<TTrace>(in OneDeckCall call, ref SideInRating begun, out RatedSide side, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        begun.Deck = null;
        side = default;
        side.DeckRow = DeckRows.NoRow;
        CallTimes times = new(call.SetupMs, call.Answered, call.Answered ? Math.Max(0, call.RawMs) : 0);
        SideNumbers numbers = new() { Dialled = NumberReading.Read("dnis", call.Dnis, default, NumberWriting.E164, ref trace) };
        if (numbers.Dialled.IsNone)
        {
            side.Deck = _placed.Deck.Id;
            side.Currency = _placed.Deck.Currency;
            side.ExchangeRate = ExchangeRate.One;
            side.Outcome = RatingOutcome.InvalidNumber;
            DeckRating.MeasureSeconds(_placed.Deck.Terms, times, ref side, ref trace);
            return;
        }

        numbers.Listing = new NumberListing(NumberListing.NoRow, NumberType.Did, call.Tier, call.Tier);
        numbers.IsFromPayphone = PayphoneLines.Contains(call.Oli);
        if (_placed.Deck.IsUsCanada)
        {
            numbers.Ani = call.Ani.IsEmpty ? default : NumberReading.Read("ani", call.Ani, default, NumberWriting.TenDigits, ref trace);
            numbers.Lrn = call.Lrn.IsEmpty ? default : NumberReading.ReadNanp("lrn", call.Lrn, ref trace);
            numbers.Delivered = call.DnisSent.IsEmpty ? default : NumberReading.Read("dnis_sent", call.DnisSent, default, NumberWriting.TenDigits, ref trace);
        }

        if (_placed.Deck.Origins is not null && !call.Ani.IsEmpty)
        {
            numbers.Ani = NumberReading.Read("ani", call.Ani, default, NumberWriting.E164, ref trace);
        }

        begun.Numbers = numbers;
        begun.Times = times;
        DeckRating.Begin(_placed, ref begun, ref side, ref trace);
    }
}
