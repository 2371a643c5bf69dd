using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    /// <summary>All texts stand so many places further on.</summary>
    public static void Move(ref CallEvent callEvent, int by)
    {
        Span<TextSpan> texts = In(ref callEvent);
        int moved = 0;
        if (Vector512.IsHardwareAccelerated && BitConverter.IsLittleEndian)
        {
            // A text is one number: its length in the upper half, where it has one, and its offset in the lower.
            ref ulong first = ref Unsafe.As<TextSpan, ulong>(ref texts[0]);
            for (; moved <= texts.Length - Vector512<ulong>.Count; moved += Vector512<ulong>.Count)
            {
                Vector512<ulong> those = Vector512.LoadUnsafe(ref first, (nuint)moved);
                Vector512<ulong> further = Vector512.GreaterThan(those, Vector512.Create((ulong)uint.MaxValue)) & Vector512.Create((ulong)by);
                (those + further).StoreUnsafe(ref first, (nuint)moved);
            }
        }

        for (; moved < texts.Length; moved++)
        {
            texts[moved] = texts[moved].Moved(by);
        }
    }

    public static ref TextSpan Of(ref CallEvent callEvent, CallEventText field) => ref In(ref callEvent)[(int)field];
}
