using System.Globalization;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.RatingEngine;

/// <summary>
/// An ended event that does not tell when its call was answered takes that from the call's answered event (pipeline.md, promise 5). What it took is checked as if it had
/// carried it itself: no call is charged by times that contradict each other, and none at nothing because an answer was forgotten, or lies behind it on the log.
/// </summary>
internal static class AnswerTaking
{
    /// <summary>From here on a SIP code says that the call was not answered.</summary>
    private const int FirstRefusal = 300;

    /// <summary>From here on, below <see cref="FirstRefusal"/>, it says that the call was answered.</summary>
    private const int FirstAnswer = 200;

    private const string Mend = "Send it again with its answer_time, or with a sip_code from 300 if it was not answered (perimeter quarantine replay --edit).";

    /// <summary>Whether an ended event knows no better: it carries no answer, and does not say that there was none.</summary>
    public static bool Applies(in CallEvent ended) => ended.AnswerMs == CallEvent.NoInstant && ended.SipCode < FirstRefusal && ended.Refusal.IsEmpty;

    /// <summary>Fills the answer in where one is known. It must apply, and the event be ratable as it is.</summary>
    /// <returns>Why the event cannot be rated, or null.</returns>
    public static string? Fill(ref CallEvent ended, UInt128 key, DeduplicationState keys)
    {
        AnswerFound found = keys.FindAnswer(key, ended.SetupMs, out long answerMs, out long answerBMs);
        if (found == AnswerFound.None)
        {
            // Without a final answer in it, nothing speaks against a call that nobody answered.
            return ended.SipCode < FirstAnswer
                ? null
                : $"Its sip_code {ended.SipCode.ToString(CultureInfo.InvariantCulture)} says that the call was answered, but it carries no answer_time, and no answered event of its call came before it: from when on to charge is not "
                    + $"known. If the answered event was late, as when files are taken out of order, send this one again once that has been taken (perimeter quarantine replay). If it was lost: {Mend}";
        }

        if (found == AnswerFound.Forgotten)
        {
            return $"It carries no answer_time, and its call's answered event may be among those that had to leave memory at the limit of keys. {Mend} Start the rating engine with a higher limit (--max-keys).";
        }

        CallEvent filled = ended;
        filled.AnswerMs = answerMs;
        filled.Marks = CallMarks.AnswerTaken;
        if (filled.AnswerBMs == CallEvent.NoInstant && answerBMs != CallEvent.NoInstant)
        {
            filled.AnswerBMs = answerBMs;
            filled.Marks |= CallMarks.AnswerBTaken;
        }

        if (Fits(filled))
        {
            ended = filled;
            return null;
        }

        return $"It carries no answer_time, and that of its call's answered event, {Text(answerMs)}{(answerBMs == CallEvent.NoInstant ? "" : $" (B: {Text(answerBMs)})")}, does not lie between "
            + $"its setup, {Text(ended.SetupMs)}, and its end, {Text(ended.EndMs)}, no more than 7 days before it. {Mend}";
    }

    private static bool Fits(in CallEvent filled)
    {
        long earliestMs = filled.SetupMs - CallRecord.RoundedTimesMs;
        return filled.AnswerMs >= earliestMs && (filled.AnswerBMs == CallEvent.NoInstant || filled.AnswerBMs >= earliestMs) && EventCheck.IsRatable(filled);
    }

    private static string Text(long instantMs) => DateTimeOffset.FromUnixTimeMilliseconds(instantMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
