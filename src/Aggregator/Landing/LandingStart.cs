using Perimeter.Streaming;

namespace Perimeter.Aggregator.Landing;

/// <summary>Where reading begins: decided by what ClickHouse holds, with the log's own cursor as a hint.</summary>
public static class LandingStart
{
    /// <exception cref="LandingGapException">Log and ClickHouse do not fit together.</exception>
    public static long FirstFrame(LandingMarks marks, IPartitionReader reader)
    {
        long furthest = FrameAfter(marks.Furthest);
        string where = $"{reader.Topic}, partition {reader.Partition}";
        if (furthest > reader.EndFrame)
        {
            // New frames would take numbers that have landed, and be skipped as if they were old.
            throw new LandingGapException(
                $"ClickHouse holds {where} up to frame {furthest - 1}, but the log ends before frame {reader.EndFrame}: the log is older than what landed from it. "
                + "Restore the log, or restore ClickHouse to the same moment; `perimeter reset` gives both up.");
        }

        if (furthest < reader.FirstFrame)
        {
            throw new LandingGapException(
                $"ClickHouse holds {where} up to frame {furthest - 1}, but the log begins with frame {reader.FirstFrame}: what lies between has landed once and is gone from ClickHouse. "
                + "Restore ClickHouse from its backup; `perimeter reset` gives both up.");
        }

        // Frames without passed events never move that table's mark; the cursor, which is saved after every table, tells how far they were looked at.
        long passed = FrameAfter(marks.Passed);
        if (furthest >= reader.CommittedFrame)
        {
            passed = Math.Max(passed, reader.CommittedFrame);
        }

        long nearest = Math.Min(Math.Min(FrameAfter(marks.Rows), FrameAfter(marks.Derived)), passed);
        return Math.Max(nearest, reader.FirstFrame);
    }

    // A batch is whole frames, so a place inside a frame means that all of the frame is there.
    private static long FrameAfter(ulong place) => LogPosition.FromPacked(0, 0, place + (1UL << LogPosition.RowBits) - 1).Frame;
}
