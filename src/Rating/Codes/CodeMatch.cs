using Perimeter.Domain;
using Perimeter.Rating.Decks;

namespace Perimeter.Rating.Codes;

/// <summary>The last match that a class needed: both sides of a call look the same number up, and pay for one match.</summary>
internal struct CodeMatch
{
    private CodeTable? _table;
    private E164 _number;
    private int _code;

    public int Find(PlacedDeck deck, E164 number)
    {
        if (!ReferenceEquals(deck.Table, _table) || number != _number)
        {
            _table = deck.Table;
            _number = number;
            _code = deck.CodeOf(number);
        }

        return _code;
    }
}
