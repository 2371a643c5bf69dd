namespace Perimeter.Domain;

/// <summary>What the rating engine noted of an ended event, beside what the switch told.</summary>
[Flags]
public enum CallMarks : byte
{
    None = 0,

    /// <summary>The event did not carry <see cref="CallEvent.AnswerMs"/>: it is that of the call's answered event. Rating reads it like any other.</summary>
    AnswerTaken = 1,

    /// <summary>Likewise <see cref="CallEvent.AnswerBMs"/>.</summary>
    AnswerBTaken = 2,

    /// <summary>The call lasted longer than a trunk group of it has as its longest duration, as a BYE that was lost makes it. It is rated as it stands.</summary>
    Suspect = 4,
}
