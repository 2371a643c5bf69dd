using System.Runtime.InteropServices;

namespace Perimeter.Domain;

/// <summary>The texts of a call event, numbered as they are stored in frames: never change or reuse a number, add at the end.</summary>
public enum CallEventText : byte
{
    SwitchId = 0, CallId = 1, TrunkGroupA = 2, TrunkGroupB = 3, SourceIp = 4, Protocol = 5, TechPrefix = 6, VendorTrunk = 7,
    Ani = 8, Dnis = 9, AniSent = 10, DnisSent = 11, Lrn = 12, Oli = 13, Refusal = 14, ReleasedBy = 15, Codec = 16, MediaIp = 17,
    ForwardedFrom = 18,
}

/// <summary>Reaches the texts of an event by number, for code that treats all of them alike.</summary>
public static class CallEventTexts
{
    /// <summary>The texts are numbered from 0 to this, without gaps: a loop over the numbers allocates nothing.</summary>
    public const int Count = (int)CallEventText.ForwardedFrom + 1;

    public static IReadOnlyList<CallEventText> All { get; } = Enum.GetValues<CallEventText>();

    /// <summary>All texts of an event by their numbers: the fields stand in the struct one behind another, in the order of the numbers.</summary>
    public static Span<TextSpan> In(ref CallEvent callEvent) => MemoryMarshal.CreateSpan(ref callEvent.SwitchId, Count);

    public static ref TextSpan Of(ref CallEvent callEvent, CallEventText field) => ref In(ref callEvent)[(int)field];
}
