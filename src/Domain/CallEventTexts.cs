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

    public static ref TextSpan Of(ref CallEvent callEvent, CallEventText field)
    {
        switch (field)
        {
            case CallEventText.SwitchId: return ref callEvent.SwitchId;
            case CallEventText.CallId: return ref callEvent.CallId;
            case CallEventText.TrunkGroupA: return ref callEvent.TrunkGroupA;
            case CallEventText.TrunkGroupB: return ref callEvent.TrunkGroupB;
            case CallEventText.SourceIp: return ref callEvent.SourceIp;
            case CallEventText.Protocol: return ref callEvent.Protocol;
            case CallEventText.TechPrefix: return ref callEvent.TechPrefix;
            case CallEventText.VendorTrunk: return ref callEvent.VendorTrunk;
            case CallEventText.Ani: return ref callEvent.Ani;
            case CallEventText.Dnis: return ref callEvent.Dnis;
            case CallEventText.AniSent: return ref callEvent.AniSent;
            case CallEventText.DnisSent: return ref callEvent.DnisSent;
            case CallEventText.Lrn: return ref callEvent.Lrn;
            case CallEventText.Oli: return ref callEvent.Oli;
            case CallEventText.Refusal: return ref callEvent.Refusal;
            case CallEventText.ReleasedBy: return ref callEvent.ReleasedBy;
            case CallEventText.Codec: return ref callEvent.Codec;
            case CallEventText.MediaIp: return ref callEvent.MediaIp;
            case CallEventText.ForwardedFrom: return ref callEvent.ForwardedFrom;
            default: throw new ArgumentOutOfRangeException(nameof(field), field, null);
        }
    }
}
