using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;

namespace Perimeter.RatingEngine.Tests;

/// <summary>Promise 2 of the pipeline: once, whatever dies at whatever moment, over the real log.</summary>
public sealed class OnceProperties
{
    private const int Partitions = 2;

    private static readonly RatingEngineOptions Options = RunningRole.Options with
    {
        Deduplication = new DeduplicationOptions { Horizon = TimeSpan.FromMinutes(50), ClockSkew = TimeSpan.FromMinutes(10) },
        Reading = new(MaxFrames: 3, MaxBytes: 1 << 20),
    };

    // How long before its first event the call of a number ended: fresh, late, and days old.
    private static readonly TimeSpan[] Ages = [TimeSpan.Zero, TimeSpan.FromMinutes(45), TimeSpan.FromDays(3)];

    /// <summary>One append, the minutes after the one before, and what befalls the units of work until it is drained.</summary>
    private sealed record Append(int AfterMinutes, IReadOnlyList<TestEvent> Events, IReadOnlyList<Fault> Faults, bool Reopen, bool Cancel);

    private static readonly Gen<TestEvent> Events =
        from call in Gen.Choose(0, 12)
        from minutes in Gen.Frequency((6, Gen.Constant(1)), (1, Gen.Constant(2)))
        from kind in Gen.Frequency((8, Gen.Constant(CallEventKind.Ended)), (1, Gen.Elements(CallEventKind.Started, CallEventKind.Answered)))
        from attempt in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Constant(2)))
        select new TestEvent(call, minutes, kind, attempt);

    private static readonly Gen<Append> Appends =
        from after in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(1, 40)), (1, Gen.Choose(55, 70)))
        from events in Events.NonEmptyListOf().Resize(8)
        from faults in Gen.Frequency((3, Gen.Constant(Fault.None)), (1, Gen.Constant(Fault.Full)), (1, Gen.Constant(Fault.DiesBefore)), (1, Gen.Constant(Fault.DiesAfter))).ListOf().Resize(4)
        from reopen in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from cancel in Gen.Elements(false, true)
        select new Append(after, [.. events], [.. faults], reopen, cancel);

    [Fact]
    public void Every_attempt_is_rated_once_and_every_repeat_counted_once_whatever_dies()
    {
        int restarts = 0;
        int found = 0;
        Prop.ForAll(Appends.ListOf(10).ToArbitrary(), async appends =>
        {
            (int starts, int landed) = await StartsAsync([.. appends]);
            restarts += starts;
            found += landed;
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(40));
        Assert.True(restarts > 400 && found > 100, $"Only {restarts} starts, and {found} events that were found to have landed.");
    }

    /// <summary>Runs all appends through, holds what came out against the oracle, and returns how often the role was started and events were found to have landed.</summary>
    private static async Task<(int Starts, int Found)> StartsAsync(IReadOnlyList<Append> appends)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using ScratchLog scratch = await ScratchLog.CreateAsync(Partitions, time);
        var landing = new LaggingLanding(scratch);
        Dictionary<int, long> setups = [];
        List<TestEvent> log = [];
        int starts = 0;
        foreach (Append append in appends)
        {
            time.Advance(TimeSpan.FromMinutes(append.AfterMinutes));
            TestEvent[] events = [.. append.Events.Select(one => one with { SetupMs = SetupOf(one.Call) })];
            await scratch.AppendAsync(events);
            log.AddRange(events);
            starts += await DrainAsync(scratch, landing, append);
            if (append.Reopen)
            {
                await scratch.ReopenAsync();
            }
        }

        await AssertAsOracleAsync(scratch, log);
        return (starts, landing.Found);

        long SetupOf(int call)
        {
            if (!setups.TryGetValue(call, out long setupMs))
            {
                setups[call] = setupMs = (time.GetUtcNow() - Ages[call % Ages.Length]).ToUnixTimeMilliseconds() - 60_000;
            }

            return setupMs;
        }
    }

    /// <summary>Starts the role until all is committed; each death, and each cancellation, is followed by a start.</summary>
    private static async Task<int> DrainAsync(ScratchLog scratch, LaggingLanding landing, Append append)
    {
        CurrentSnapshot snapshots = SmallCarrier.Published(1);
        Queue<Fault> faults = new(append.Faults);
        Fault Next(int unit)
        {
            lock (faults)
            {
                return faults.TryDequeue(out Fault fault) ? fault : Fault.None;
            }
        }

        for (int starts = 1; ; starts++)
        {
            await using var log = new FaultLog(scratch.Log, Next);
            await using RunningRole role = RunningRole.Start(log, snapshots, Options, landed: landing);
            try
            {
                if (append.Cancel && starts == 1)
                {
                    // Stopped as soon as any partition has begun, wherever it is by then.
                    await role.UntilAsync(state => state.Partitions.Count > 0);
                    continue;
                }

                await role.DrainedAsync(scratch);
                return starts;
            }
            catch (ProcessDiedException)
            {
                // Start again, with nothing but the log.
            }
        }
    }

    private static async Task AssertAsOracleAsync(ScratchLog scratch, List<TestEvent> log)
    {
        List<string> rated = [];
        List<string> conflicts = [];
        PassedEvents passed = default;
        for (int n = 0; n < log.Count; n++)
        {
            TestEvent one = log[n];
            if (one.Kind != CallEventKind.Ended)
            {
                passed += one.Kind == CallEventKind.Started ? new PassedEvents(0, 0, 1, 0) : new PassedEvents(0, 0, 0, 1);
                continue;
            }

            TestEvent? first = log.Take(n).FirstOrDefault(other => other.Kind == CallEventKind.Ended && other.Call == one.Call && other.Attempt == one.Attempt);
            if (first is null)
            {
                rated.Add($"{one.CallId}/{one.Attempt} {one.Minutes}");
            }
            else if (first.Minutes == one.Minutes)
            {
                passed += new PassedEvents(1, 0, 0, 0);
            }
            else
            {
                passed += new PassedEvents(0, 1, 0, 0);
                conflicts.Add($"{one.CallId}/{one.Attempt}");
            }
        }

        IReadOnlyList<RatedRow> rows = await scratch.RatedAsync();
        IReadOnlyList<QuarantinedEvent> quarantined = await scratch.QuarantinedAsync();
        PassedEvents counted = (await scratch.RatedHeadersAsync()).Aggregate(default(PassedEvents), (sum, frame) => sum + frame.Passed);
        Assert.True(
            rated.Order().SequenceEqual(rows.Select(row => $"{row.CallId}/{row.Attempt} {row.RawMs / 60_000}").Order())
                && conflicts.Order().SequenceEqual(quarantined.Select(one => $"{one.CallId}/{one.Attempt}").Order())
                && passed == counted,
            $"Rated {rows.Count} for {rated.Count}, quarantined {quarantined.Count} for {conflicts.Count}, passed {counted} for {passed}");
    }
}
