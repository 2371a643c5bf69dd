using System.Globalization;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Rerating;

/// <summary>
/// A range of attempts that is read, rated and adjusted by one worker: of one month of parts, of trunk groups side by side, of a span of time. Units are in
/// order by month, group and time, and no attempt lies in two.
/// </summary>
internal readonly record struct RerateUnit(uint Month, uint FirstGroup, uint LastGroup, long FromMs, long ToMs, long Calls)
{
    /// <summary>Everything up to the end of this unit.</summary>
    public RerateMark End => new(Month, LastGroup, ToMs);

    public IReadOnlyList<QueryParameter> Parameters(int revision) =>
    [
        Number("month", Month), Number("first", FirstGroup), Number("last", LastGroup), Number("from", FromMs), Number("to", ToMs), Number("revision", revision),
    ];

    public static QueryParameter Number(string name, long value) => new(name, value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>How far a run is: months and groups before these are done, and of this group all before the instant.</summary>
public readonly record struct RerateMark(uint Month, uint Group, long ToMs)
{
    /// <summary>Whether attempts of a group that end before an instant lie wholly before the mark.</summary>
    public bool Covers(uint month, uint group, long toMs) => month != Month ? month < Month : group != Group ? group < Group : toMs <= ToMs;
}
