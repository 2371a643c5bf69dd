namespace Perimeter.RatingEngine;

/// <summary>What an ended attempt is, seen against the events that came before it.</summary>
public enum Arrival : byte
{
    /// <summary>No event with its key came before it: it is rated.</summary>
    New,

    /// <summary>The first event of its key has the same content.</summary>
    Repeat,

    /// <summary>The first event of its key has other content: the first wins, and this one goes to the quarantine.</summary>
    Conflict,

    /// <summary>Memory cannot tell: an event with its key may have come before memory begins. The calls that landed tell.</summary>
    Unknown,
}
