namespace Perimeter.RatingEngine;

/// <summary>What memory tells of when a call was answered.</summary>
public enum AnswerFound : byte
{
    /// <summary>No answered event of the call came within the window.</summary>
    None,

    /// <summary>One came: the first of them tells.</summary>
    Known,

    /// <summary>One may have come, and had to leave at the limit: memory cannot tell.</summary>
    Forgotten,
}
