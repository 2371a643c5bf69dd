using System.Diagnostics;
using System.Runtime.InteropServices;
using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Rating;
using Perimeter.RatingEngine;

namespace Perimeter.Load.Swapping;

/// <summary>Whether revisions are swapped in, and by what thread.</summary>
internal enum Swapping
{
    None,

    /// <summary>One with the priority of those that rate.</summary>
    AsOthers,

    /// <summary>One of the lowest priority (nice 19): it runs where a processor has nothing else to do.</summary>
    GivingWay,
}

/// <summary>Compiles one revision after another and takes it into use, for a time; or waits for that time.</summary>
internal sealed partial class Swapper
{
    private const int LowestPriority = 19;

    private static readonly TimeSpan BetweenSwaps = TimeSpan.FromMilliseconds(500);

    private readonly CurrentSnapshot _current;
    private readonly RatingConfig[] _configs;
    private readonly TimeSpan _length;
    private RatingSnapshot _snapshot;

    public Swapper(CurrentSnapshot current, RatingConfig[] configs, TimeSpan length)
    {
        _current = current;
        _configs = configs;
        _length = length;
        _snapshot = RatingData.Compile(configs[0] with { Revision = new ConfigRevision(1) }, null);
        current.TrySwap(_snapshot);
    }

    /// <summary>Revisions swapped in after the first.</summary>
    public int Swapped { get; private set; }

    /// <param name="stop">Ends it early.</param>
    public void Run(WaitHandle stop, Swapping swapping)
    {
        if (swapping == Swapping.GivingWay)
        {
            // Of the thread that calls: Linux takes 0 for that, whatever POSIX says of processes.
            _ = SetPriority(0, 0, LowestPriority);
        }

        long began = Stopwatch.GetTimestamp();
        for (TimeSpan due = BetweenSwaps; due <= _length; due += BetweenSwaps)
        {
            TimeSpan wait = due - Stopwatch.GetElapsedTime(began);
            if (wait > TimeSpan.Zero)
            {
                stop.WaitOne(wait);
            }

            // One that came into use at the very end could not be seen; on a busy machine there is one all the same, and the wait below is for it.
            bool isTime = Swapped == 0 || Stopwatch.GetElapsedTime(began) < _length - BetweenSwaps;
            if (swapping != Swapping.None && due < _length && isTime)
            {
                _snapshot = RatingData.Compile(_configs[++Swapped % _configs.Length] with { Revision = new ConfigRevision(1 + Swapped) }, _snapshot);
                _current.TrySwap(_snapshot);
            }
        }

        // The last one is to be seen too, however long it took.
        stop.WaitOne(BetweenSwaps / 4);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
