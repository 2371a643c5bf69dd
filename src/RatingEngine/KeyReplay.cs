using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>
/// Reads the keys of the window back from the log when a partition is taken over: the events before the committed frame were decided, and whatever is asked of
/// them later is answered as it would have been without the interruption. What lies before the window is not read: it must have landed before it is looked
/// up, which <see cref="DeduplicationState.IsCovered"/> keeps account of. No rated call is produced.
/// </summary>
internal static class KeyReplay
{
    private static readonly ReadLimits OneFrame = new(MaxFrames: 1, MaxBytes: 1);

    /// <summary>When what is not there yet was appended: later than anything.</summary>
    private const long NotYetMs = long.MaxValue;

    // A frame before the end is there already: the wait only bounds a reader that is slow to fetch.
    private static readonly TimeSpan FetchWait = TimeSpan.FromSeconds(1);

    /// <summary>Leaves the reader at its committed frame.</summary>
    /// <param name="reader">Of the partition.</param>
    /// <param name="keys">With nothing in it.</param>
    /// <param name="anyBefore">Whether a call landed that was taken before an instant. Asked where the log is left whole: calls of an earlier log may have landed.</param>
    /// <param name="limits">Of each read.</param>
    /// <param name="makeRoom">Called at the limit of keys.</param>
    /// <param name="cancellationToken">Ends the waits.</param>
    public static async Task RunAsync(
        IPartitionReader reader, EventReading reading, DeduplicationState keys, Func<long, CancellationToken, Task<bool>> anyBefore, ReadLimits limits,
        Func<CancellationToken, Task> makeRoom, CancellationToken cancellationToken)
    {
        long committed = reader.CommittedFrame;
        if (await DecidedToAsync(reader, committed, cancellationToken) is not { } decidedToMs)
        {
            long nextMs = reader.EndFrame > committed ? await AppendedAtAsync(reader, committed, cancellationToken) ?? long.MaxValue : long.MaxValue;
            reader.Seek(committed);
            if (committed > 0 || await anyBefore(nextMs, cancellationToken))
            {
                keys.BeginAt(null);
            }

            return;
        }

        long neededMs = keys.NeededFromMs(decidedToMs);
        long first = await FirstFrameSinceAsync(reader, neededMs, committed, cancellationToken);
        if (first > 0 && await AppendedAtAsync(reader, first - 1, cancellationToken) is not null)
        {
            keys.BeginAt(neededMs);
        }
        else
        {
            // Of when the frame before was, if there was one, is only known that it was no later than this.
            long leftMs = Math.Min(await AppendedAtAsync(reader, first, cancellationToken) ?? decidedToMs, decidedToMs);
            if (first > 0 || await anyBefore(leftMs, cancellationToken))
            {
                keys.BeginAt(leftMs + 1);
            }
        }

        reader.Seek(Math.Max(first, reader.FirstFrame));
        var events = new CallEventBatch();
        while (reader.NextFrame < committed)
        {
            IReadOnlyList<LogFrame> frames = await reader.ReadAsync(limits, FetchWait, cancellationToken);
            if (IsAtEnd(reader, frames))
            {
                break;
            }

            foreach (LogFrame frame in frames)
            {
                if (frame.Position.Frame >= committed)
                {
                    break;
                }

                while (!TryTake(frame, reading, events, keys))
                {
                    await makeRoom(cancellationToken);
                }
            }
        }

        reader.Seek(committed);
    }

    private static bool TryTake(LogFrame frame, EventReading reading, CallEventBatch events, DeduplicationState keys)
    {
        events.Clear();
        if (reading.Append(frame, events) is not null)
        {
            // Its bytes went to the quarantine when it was passed.
            return true;
        }

        keys.Advance(frame.AppendedAtMs);
        if (!BatchRating.TryReserve(keys, events.Events, setAside: 0))
        {
            return false;
        }

        foreach (ref CallEvent callEvent in events.Events)
        {
            if (EventCheck.TellsAnswer(callEvent))
            {
                keys.TakeAnswer(EventCheck.KeyOf(callEvent, events.Texts), callEvent.SetupMs, callEvent.AnswerMs, callEvent.AnswerBMs);
            }
            else if (EventCheck.IsRatable(callEvent))
            {
                // Whether one that takes its answer from another was rated or put aside hung on what the owner of then had in memory.
                keys.TakeDecided(
                    EventCheck.KeyOf(callEvent, events.Texts), CallKey.ContentHash(callEvent, events.Texts), callEvent.EndMs, doubtful: AnswerTaking.Applies(callEvent));
            }
        }

        return true;
    }

    /// <summary>
    /// When the frame before the committed place was appended. Where there is a mark instead, the next frame does as well, since it is the next to be decided; where nothing
    /// follows, an earlier one: more is read back than needed, never less. Null where retention has removed all.
    /// </summary>
    private static async Task<long?> DecidedToAsync(IPartitionReader reader, long committed, CancellationToken cancellationToken)
    {
        for (long back = 1; ; back *= 2)
        {
            long frame = Math.Max(committed - back, reader.FirstFrame);
            long? appendedAtMs = frame < committed ? await AppendedAtAsync(reader, frame, cancellationToken) : null;
            if (appendedAtMs != NotYetMs)
            {
                return appendedAtMs;
            }

            if (frame <= reader.FirstFrame)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// The first frame before the committed one that was appended at or after the instant. The log's times do not fall along a partition, so it is searched by halves where the log
    /// does not know.
    /// </summary>
    private static async Task<long> FirstFrameSinceAsync(IPartitionReader reader, long instantMs, long committed, CancellationToken cancellationToken)
    {
        if (await reader.FindSinceAsync(instantMs, cancellationToken) is { } found)
        {
            return Math.Max(Math.Min(found, committed - 1), reader.FirstFrame);
        }

        long low = reader.FirstFrame;
        long high = committed - 1;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (await AppendedAtAsync(reader, middle, cancellationToken) is not { } appendedAtMs || appendedAtMs < instantMs)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>
    /// Of the frame, or of the next one, since numbers have gaps; <see cref="NotYetMs"/> where none follows. Null where retention has removed the frame, perhaps just now:
    /// those that it may remove are older than the window.
    /// </summary>
    private static async Task<long?> AppendedAtAsync(IPartitionReader reader, long frame, CancellationToken cancellationToken)
    {
        while (frame >= reader.FirstFrame)
        {
            try
            {
                reader.Seek(frame);
            }
            catch (ArgumentOutOfRangeException) when (frame < reader.FirstFrame)
            {
                break;
            }

            IReadOnlyList<LogFrame> frames = await reader.ReadAsync(OneFrame, FetchWait, cancellationToken);
            if (frames.Count > 0)
            {
                return frames[0].AppendedAtMs;
            }

            if (IsAtEnd(reader, frames))
            {
                return NotYetMs;
            }
        }

        return null;
    }

    /// <summary>All is read, and what lies before the end are marks of the log's own.</summary>
    private static bool IsAtEnd(IPartitionReader reader, IReadOnlyList<LogFrame> frames) => frames.Count == 0 && reader.NextFrame >= reader.EndFrame;
}
