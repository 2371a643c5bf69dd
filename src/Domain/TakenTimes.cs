namespace Perimeter.Domain;

/// <summary>Times of an ended event that it did not carry itself: they are those of the call's answered event. Rating reads them like any other.</summary>
[Flags]
public enum TakenTimes : byte
{
    None = 0,

    /// <summary><see cref="CallEvent.AnswerMs"/>.</summary>
    Answer = 1,

    /// <summary><see cref="CallEvent.AnswerBMs"/>.</summary>
    AnswerB = 2,
}
