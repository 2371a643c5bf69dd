using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <summary>The last match in a table: both sides of a call look the same number up, and pay for one match.</summary>
internal struct CodeMatch
{
    private CodeTable? _table;
    private E164 _number;
    private int _code;

    public int Find(CodeTable table, E164 number)
    {
        if (!ReferenceEquals(table, _table) || number != _number)
        {
            _table = table;
            _number = number;
            _code = table.Find(number);
        }

        return _code;
    }
}
