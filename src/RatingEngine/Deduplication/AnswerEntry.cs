using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.RatingEngine;

/// <summary>What one answered event told: 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AnswerEntry : IKeyedEntry
{
    private const int NoAnswerB = int.MinValue;
    private const uint NotFirstBit = 1U << 31;

    private readonly ulong _high;
    private readonly ulong _low;
    private readonly int _answerBAfterMs;
    private uint _next;

    public AnswerEntry(ulong high, ulong low, long answerMs, long answerBMs)
    {
        (_high, _low, AnswerMs) = (high, low, answerMs);

        // 24 days between the two are more than any call may last: further off is as wrong.
        _answerBAfterMs = answerBMs == CallEvent.NoInstant ? NoAnswerB : (int)Math.Clamp(answerBMs - answerMs, -int.MaxValue, int.MaxValue);
    }

    public readonly ulong High => _high;

    public readonly ulong Low => _low;

    public uint NextAfter
    {
        readonly get => _next & ~NotFirstBit;
        set => _next = (_next & NotFirstBit) | value;
    }

    /// <summary>Another of its call came before it, or may have, and left at the limit.</summary>
    public bool IsNotFirst
    {
        readonly get => (_next & NotFirstBit) != 0;
        set => _next = value ? _next | NotFirstBit : _next & ~NotFirstBit;
    }

    public long AnswerMs { get; }

    /// <summary>Side B's own answer; <see cref="CallEvent.NoInstant"/> where the event gave none.</summary>
    public readonly long AnswerBMs => _answerBAfterMs == NoAnswerB ? CallEvent.NoInstant : AnswerMs + _answerBAfterMs;
}
