using System.Globalization;

namespace Perimeter.Commands;

/// <summary>Live progress on standard error: one line that is written over on a terminal, a line every few seconds elsewhere.</summary>
internal sealed class ProgressLine(TimeProvider time, TextWriter output, bool terminal)
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(2);

    private readonly long _started = time.GetTimestamp();
    private long _shownAt;
    private StageCounts _shown;
    private int _width;

    public TimeSpan Interval => terminal ? OnTerminal : Elsewhere;

    /// <summary>Shows how far things are, and how fast since the last time it was shown.</summary>
    public void Show(StageCounts counts, long? expected)
    {
        long now = time.GetTimestamp();
        // Stopwatch seconds as decimal: a rate for the eye.
        decimal seconds = (decimal)time.GetElapsedTime(_shownAt == 0 ? _started : _shownAt, now).Ticks / TimeSpan.TicksPerSecond;
        if (seconds <= 0)
        {
            return;
        }

        string share = expected is > 0 ? string.Create(CultureInfo.InvariantCulture, $" of {expected:N0}") : "";
        long lag = Math.Max(0, counts.Taken - counts.Landed - counts.Repeats - counts.Conflicts);
        Write(string.Create(CultureInfo.InvariantCulture,
            $"taken {counts.Taken:N0}{share} ({PerSecond(counts.Taken, _shown.Taken)}/s)  rated {counts.Rated:N0} ({PerSecond(counts.Rated, _shown.Rated)}/s)  landed {counts.Landed:N0} ({PerSecond(counts.Landed, _shown.Landed)}/s)  lag {lag:N0}"));
        _shown = counts;
        _shownAt = now;

        string PerSecond(long current, long before) => ((current - before) / seconds).ToString("N0", CultureInfo.InvariantCulture);
    }

    /// <summary>Leaves the line as it stands and goes on below it.</summary>
    public void End()
    {
        if (terminal && _width > 0)
        {
            output.WriteLine();
            _width = 0;
        }
    }

    private void Write(string line)
    {
        if (!terminal)
        {
            output.WriteLine(line);
            return;
        }

        output.Write("\r" + line.PadRight(_width));
        _width = line.Length;
    }
}
