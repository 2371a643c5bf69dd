using System.Globalization;
using Perimeter.Config;

namespace Perimeter.Commands;

/// <summary>What a person is told on standard error: what is wrong, and how far the work is where standard error is a terminal.</summary>
internal sealed class RateMessages(TextWriter error, bool isTerminal, TimeProvider clock)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);
    private readonly long _start = clock.GetTimestamp();
    private long _shownAt;
    private bool _lineIsOpen;

    public void Tell(IReadOnlyList<ConfigError> notes, IReadOnlyList<ConfigError> errors)
    {
        foreach (ConfigError note in notes)
        {
            Note(note);
        }

        foreach (ConfigError wrong in errors)
        {
            Fail(wrong.ToString());
        }
    }

    public void Note(ConfigError note)
    {
        ClearLine();
        error.WriteLine($"note: {note}");
    }

    public void Fail(string message)
    {
        ClearLine();
        error.WriteLine(message);
    }

    /// <summary>Shows the count of calls so far, now and then.</summary>
    public void Progress(long calls)
    {
        if (!isTerminal || clock.GetElapsedTime(_shownAt == 0 ? _start : _shownAt) < ProgressInterval)
        {
            return;
        }

        _shownAt = clock.GetTimestamp();
        long perSecond = (long)(calls / clock.GetElapsedTime(_start).TotalSeconds);
        error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{calls:N0} calls, {perSecond:N0} per second   "));
        _lineIsOpen = true;
    }

    /// <summary>The last word, where somebody watches.</summary>
    public void Done(long rated, long bad)
    {
        ClearLine();
        if (isTerminal)
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rated:N0} calls rated, {bad:N0} rows bad."));
        }
    }

    private void ClearLine()
    {
        if (_lineIsOpen)
        {
            error.Write("\r" + new string(' ', 60) + "\r");
            _lineIsOpen = false;
        }
    }
}
