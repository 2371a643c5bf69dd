using Perimeter.Domain;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating;

/// <summary>A rater of one deck, or every reason why the deck cannot be used.</summary>
public sealed record OneDeckCompilation(OneDeckRater? Rater, IReadOnlyList<CompileError> Errors);

/// <summary>
/// Rates by one deck, whatever the class and the trunk groups (rating.md, "One-deck rating"): the outcomes are InvalidNumber, NoCode, Blocked, NotAnswered and Rated.
/// Immutable; safe to share between threads. Allocates nothing per call.
/// </summary>
public sealed class OneDeckRater
{
    private OneDeckRater(RateDeckConfig deck) => Deck = deck;

    public RateDeckConfig Deck { get; }

    public static OneDeckCompilation Compile(RateDeckConfig deck) => throw new NotSupportedException();

    /// <summary>Rates one call. <see cref="RatedSide.DeckRow"/> is the place of the row used in <see cref="RateDeckConfig.Rows"/>, or -1.</summary>
    public void Rate(in OneDeckCall call, out RatedSide side) => throw new NotSupportedException();

    /// <summary>Why a call costs what it costs, by the same code. <paramref name="destinationName"/> names the destinations, or returns "".</summary>
    public SideExplanation Explain(in OneDeckCall call, Func<DestinationId, string> destinationName) => throw new NotSupportedException();
}
