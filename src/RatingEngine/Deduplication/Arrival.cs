namespace Perimeter.RatingEngine;

/// <summary>What an ended attempt is, seen against the events that came before it.</summary>
public enum Arrival : byte
{
    /// <summary>No event with its key came within the window before it: it is rated.</summary>
    New,

    /// <summary>The oldest event of its key within the window has the same content.</summary>
    Repeat,

    /// <summary>The oldest event of its key within the window has other content: the first wins, and this one goes to the quarantine.</summary>
    Conflict,
}
