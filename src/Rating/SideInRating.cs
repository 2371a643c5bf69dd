using Perimeter.Domain;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;

namespace Perimeter.Rating;

/// <summary>Which number is looked up in a deck.</summary>
internal enum LookedUp { Dialled, Lrn, Ani, DialledNotNanp, AniNotNanp, Tier, NoTier }

/// <summary>One side between its two halves: its deck is known, and its code is not yet. A place in a block's scratch, which is filled where it stands.</summary>
internal struct SideInRating
{
    /// <summary>Null where the side's outcome is known without one; then what is below <see cref="Times"/> means nothing.</summary>
    public PlacedDeck? Deck;
    public SideNumbers Numbers;
    public CallTimes Times;

    /// <summary>Before propagation delay.</summary>
    public long RoundedSeconds;

    /// <summary>The number to find in the deck's table; for a deck keyed by tier, the tier.</summary>
    public E164 Number;
    public LookedUp Which;

    /// <summary>Whether there is a number, or a tier, by which the deck could have a row.</summary>
    public readonly bool HasNumber => Which is not (LookedUp.DialledNotNanp or LookedUp.AniNotNanp or LookedUp.NoTier);

    /// <summary>Whether there is one to look for among codes.</summary>
    public readonly bool IsToMatch => Deck is { Deck.LataOcns: null } && HasNumber;
}
