using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>
/// What rating takes for granted of an ended event. Ingest has checked it before the log; a log that others write too may bring what it never saw, and an event
/// that cannot be rated must not stop its partition.
/// </summary>
internal static class EventCheck
{
    // 1970 to 2200: what a DateTime64 of ClickHouse holds, with room to add durations.
    private const long LatestMs = 7_258_118_400_000;

    public static bool IsRatable(in CallEvent callEvent) => Problem(callEvent) is null;

    public static UInt128 KeyOf(in CallEvent callEvent, TextArena texts) =>
        CallKey.Hash(texts[callEvent.SwitchId], texts[callEvent.CallId], callEvent.Attempt);

    /// <summary>Whether an answered event tells when which call was answered.</summary>
    public static bool TellsAnswer(in CallEvent callEvent) =>
        callEvent.Kind == CallEventKind.Answered && HasKey(callEvent) && IsInstant(callEvent.SetupMs) && IsInstant(callEvent.AnswerMs) && IsInstantOrNone(callEvent.AnswerBMs);

    /// <summary>What is wrong with an ended event, or null.</summary>
    public static string? Problem(in CallEvent callEvent)
    {
        if (callEvent.Kind != CallEventKind.Ended)
        {
            return "The kind of the event is none that this build knows.";
        }

        if (!HasKey(callEvent))
        {
            return "The key is incomplete: switch_id, call_id and an attempt from 1 are needed.";
        }

        if (!IsInstant(callEvent.SetupMs) || !IsInstant(callEvent.EndMs))
        {
            return "setup_time or end_time is missing or not between 1970 and 2200.";
        }

        if (!IsInstantOrNone(callEvent.ProgressMs) || !IsInstantOrNone(callEvent.AnswerMs) || !IsInstantOrNone(callEvent.AnswerBMs) || !IsInstantOrNone(callEvent.EndBMs))
        {
            return "progress_time, answer_time, answer_time_b or end_time_b is not between 1970 and 2200.";
        }

        if (callEvent.RawMsA is < 0 or > CallEvent.MaxDurationMs || callEvent.RawMsB is < 0 or > CallEvent.MaxDurationMs)
        {
            return "A call ends no earlier than its answer, and no more than 7 days after it.";
        }

        return null;
    }

    private static bool HasKey(in CallEvent callEvent) => !callEvent.SwitchId.IsEmpty && !callEvent.CallId.IsEmpty && callEvent.Attempt != 0;

    private static bool IsInstant(long instantMs) => instantMs is >= 0 and < LatestMs;

    private static bool IsInstantOrNone(long instantMs) => instantMs == CallEvent.NoInstant || IsInstant(instantMs);
}
