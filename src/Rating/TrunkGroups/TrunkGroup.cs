using System.Text;
using Perimeter.Domain;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;

namespace Perimeter.Rating.TrunkGroups;

/// <summary>A deck assigned to a group for a class, while both the assignment and the deck are in force.</summary>
internal sealed record AssignedDeck(int AssignmentId, Interval InForce, PlacedDeck Deck);

/// <summary>A trunk group as one row of configuration describes it, with its decks.</summary>
internal sealed class TrunkGroup
{
    private readonly AssignedDeck[][] _decksByClass;

    /// <param name="decksByClass">Indexed by <see cref="CallClass"/>; the intervals of one class do not overlap.</param>
    /// <param name="dnis">What is done to the dialled numbers that come in.</param>
    /// <param name="ani">What is done to the calling numbers that come in.</param>
    public TrunkGroup(TrunkGroupConfig config, AssignedDeck[][] decksByClass, Manipulations dnis, Manipulations ani)
    {
        Config = config;
        Dnis = dnis;
        Ani = ani;
        TechPrefix = Encoding.ASCII.GetBytes(config.TechPrefix);
        Writing = NumberWriting.Of(config);
        LongestMs = config.LongestSeconds * 1000L;
        _decksByClass = decksByClass;
    }

    public TrunkGroupConfig Config { get; }

    public byte[] TechPrefix { get; }

    public NumberWriting Writing { get; }

    public Manipulations Dnis { get; }

    public Manipulations Ani { get; }

    /// <summary>A call that lasts longer is suspect.</summary>
    public long LongestMs { get; }

    public bool IsOrigination => Config.Direction == Direction.Origination;

    public AssignedDeck? DeckAt(CallClass callClass, long instantMs)
    {
        foreach (AssignedDeck assigned in _decksByClass[(int)callClass])
        {
            if (assigned.InForce.Contains(instantMs))
            {
                return assigned;
            }
        }

        return null;
    }

    /// <summary>Every assignment of a class, for explaining why none is in force.</summary>
    public IReadOnlyList<AssignedDeck> DecksOf(CallClass callClass) => _decksByClass[(int)callClass];
}
