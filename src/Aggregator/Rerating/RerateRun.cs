using System.Globalization;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Rerating;

/// <summary>
/// Rates landed calls again by one configuration, and writes into <c>call_adjustments</c> what each that comes to something else stood by and stands by now.
/// One run at a time over one ClickHouse, whose schema is up to date: its owner sees to that. docs/decisions/0010-rerating.md tells what a crash means.
/// </summary>
public sealed class RerateRun(IWarehouse warehouse, RatingSnapshot snapshot, RerateRequest request, RerateOptions options)
{
    /// <summary>Runs are claimed as partitions of the log are: what an earlier one has under way is ended, and it adjusts nothing more.</summary>
    private const string Lane = "call_adjustments";

    private readonly Lock _finishing = new();
    private LaneClaim? _claim;
    private RerateTotals _totals = new();
    private RerateTotals?[] _unitTotals = [];
    private IReadOnlyList<RerateUnit> _units = [];
    private RerateStart _start;
    private RerateMark? _done;
    private int _firstUnfinished;
    private int _nextUnit;
    private long _looked;
    private long _changed;
    private long _total;
    private bool _resumed;

    /// <summary>How far it is. Safe to read at any time.</summary>
    public RerateProgress Progress => new(Interlocked.Read(ref _looked), Interlocked.Read(ref _total), Interlocked.Read(ref _changed));

    /// <summary>Runs to the end. A run that was cut short, asked for the same and by the same configuration, is gone on with.</summary>
    /// <exception cref="ClickHouseException">The engine refused or failed. What was written stays; asked again, the run goes on.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the same holds.</exception>
    public async Task<RerateResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        warehouse.RequireWhole();
        Begin();
        long began = options.Time.GetTimestamp();
        long before = _looked;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] workers = [.. Enumerable.Range(0, options.Workers).Select(_ => WarehouseThread.RunAsync(() => Work(stop)))];
        await Task.WhenAll(workers).ConfigureAwait(false);
        TimeSpan elapsed = options.Time.GetElapsedTime(began);
        cancellationToken.ThrowIfCancellationRequested();
        CrashSite.Pass("rerate-done-position-not-removed");
        if (KeepsPosition)
        {
            File.Delete(options.PositionFile!);
        }

        return new RerateResult(_start.Run, snapshot.Revision, _resumed, _totals, _looked - before, elapsed);
    }

    private bool KeepsPosition => options.PositionFile is not null && !request.DryRun;

    private void Begin()
    {
        using IWarehouseConnection connection = warehouse.Connect([]);
        if (request.DryRun)
        {
            warehouse.Settle("rated_calls");
            warehouse.Settle("call_adjustments");
        }
        else
        {
            // An insert of an earlier run that nobody heard of may be done yet: what is read before it is ended would be adjusted twice.
            _claim = warehouse.Claim(Lane);
            Resume(connection);
        }

        _units = ReratePlan.Make(connection, request, snapshot.Revision.Value, options.MaxUnitCalls, _done);
        _unitTotals = new RerateTotals?[_units.Count];
        _looked = _totals.Calls;
        _changed = _totals.Changed;
        _total = _looked + _units.Sum(static unit => unit.Calls);
    }

    /// <summary>Goes on with the run that was cut short, if it is the same; else begins one with a number above all that were ever written.</summary>
    private void Resume(IWarehouseConnection connection)
    {
        ReratePosition? position = KeepsPosition ? ReratePosition.TryRead(options.PositionFile!) : null;
        if (position is not null && position.Request == request && position.Revision == snapshot.Revision.Value)
        {
            _resumed = true;
            _start = new RerateStart(position.Run, position.AdjustedAtMs);
            _done = position.Done;
            _totals = position.Totals();
            return;
        }

        int last = int.Parse(connection.QueryText("SELECT max(run) FROM call_adjustments").Trim(), CultureInfo.InvariantCulture);
        _start = new RerateStart(Math.Max(last, position?.Run ?? 0) + 1, options.Time.GetUtcNow().ToUnixTimeMilliseconds());
        SavePosition();
    }

    private void Work(CancellationTokenSource stop)
    {
        try
        {
            using var worker = new RerateWorker(warehouse, snapshot, request, _start, _claim, options.MaxPartRows);
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref _nextUnit) - 1 is var unit && unit < _units.Count)
            {
                Finish(unit, worker.Rate(_units[unit], Looked, stop.Token));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Who cancelled tells why.
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }

    private void Looked(long calls, long changed)
    {
        Interlocked.Add(ref _looked, calls);
        Interlocked.Add(ref _changed, changed);
        options.Looked?.Report(Progress);
    }

    /// <summary>Moves the mark over the units that are done without a gap. A crash before it is saved: they are done again, and found done.</summary>
    private void Finish(int unit, RerateTotals totals)
    {
        lock (_finishing)
        {
            _unitTotals[unit] = totals;
            int before = _firstUnfinished;
            while (_firstUnfinished < _units.Count && _unitTotals[_firstUnfinished] is { } finished)
            {
                _totals.Add(finished);
                _done = _units[_firstUnfinished].End;
                _unitTotals[_firstUnfinished] = null;
                _firstUnfinished++;
            }

            if (_firstUnfinished > before)
            {
                SavePosition();
                CrashSite.Pass("rerate-position-saved");
            }
        }
    }

    private void SavePosition()
    {
        if (KeepsPosition)
        {
            new ReratePosition(request, snapshot.Revision.Value, _start.Run, _start.AdjustedAtMs, _done, _totals.Calls, _totals.Changed, ReratePosition.SumsOf(_totals)).Write(options.PositionFile!);
        }
    }
}
