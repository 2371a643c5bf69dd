namespace Perimeter.Domain;

/// <summary>
/// Events that were read and make no rated call: each is counted exactly once, in the unit of work that passed it (pipeline.md, promise 3).
/// </summary>
/// <param name="Repeats">The same key with the same content had been taken before.</param>
/// <param name="Conflicts">The same key with other content: went to the quarantine.</param>
/// <param name="Started">Live events of calls that began.</param>
/// <param name="Answered">Live events of calls that were answered.</param>
public readonly record struct PassedEvents(long Repeats, long Conflicts, long Started, long Answered)
{
    public bool IsNone => this == default;

    public static PassedEvents operator +(PassedEvents left, PassedEvents right) =>
        new(left.Repeats + right.Repeats, left.Conflicts + right.Conflicts, left.Started + right.Started, left.Answered + right.Answered);
}
