using System.Runtime.InteropServices;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Rerating;

/// <summary>Cuts what a run looks at into units of a bounded number of calls.</summary>
internal sealed class ReratePlan
{
    /// <summary>Slices of time that a group's calls are counted by; a slice with too many is counted again by as many smaller ones.</summary>
    private const int Slices = 1024;

    private static readonly byte[] CellsSql = System.Text.Encoding.UTF8.GetBytes(EmbeddedSql.Read("rerate-cells.sql"));

    private readonly IWarehouseConnection _connection;
    private readonly int _revision;
    private readonly int _maxCalls;
    private readonly RerateMark? _done;
    private readonly List<RerateUnit> _units = [];

    private ReratePlan(IWarehouseConnection connection, int revision, int maxCalls, RerateMark? done) =>
        (_connection, _revision, _maxCalls, _done) = (connection, revision, maxCalls, done);

    /// <summary>The units behind <paramref name="done"/>, in their order.</summary>
    /// <exception cref="ClickHouseException">The engine refused.</exception>
    public static IReadOnlyList<RerateUnit> Make(IWarehouseConnection connection, RerateRequest request, int revision, int maxCalls, RerateMark? done)
    {
        var plan = new ReratePlan(connection, revision, maxCalls, done);
        plan.Cut(plan.Count(new RerateUnit(0, 0, uint.MaxValue, request.FromMs, request.ToMs, 0)), request);
        return plan._units;
    }

    private void Cut(List<RerateUnit> cells, RerateRequest request)
    {
        Span<RerateUnit> rest = CollectionsMarshal.AsSpan(cells);
        while (!rest.IsEmpty)
        {
            int length = 1;
            while (length < rest.Length && rest[length].Month == rest[0].Month && rest[length].FirstGroup == rest[0].FirstGroup)
            {
                length++;
            }

            CutGroup(rest[..length], request);
            rest = rest[length..];
        }
    }

    /// <summary>A whole group joins the groups before it as long as there is room; a large one, or one that is half done, is cut by time.</summary>
    private void CutGroup(Span<RerateUnit> cells, RerateRequest request)
    {
        RerateUnit group = cells[0];
        if (_done is { } done && done.Covers(group.Month, group.FirstGroup, request.ToMs))
        {
            return;
        }

        long calls = 0;
        foreach (RerateUnit cell in cells)
        {
            calls += cell.Calls;
        }

        bool halfDone = _done is { } mark && mark.Month == group.Month && mark.Group == group.FirstGroup;
        if (halfDone || calls > _maxCalls)
        {
            CutByTime(cells);
            return;
        }

        var whole = new RerateUnit(group.Month, group.FirstGroup, group.FirstGroup, request.FromMs, request.ToMs, calls);
        if (_units.Count > 0 && _units[^1] is var last && last.Month == whole.Month && last.FromMs == whole.FromMs && last.ToMs == whole.ToMs && last.Calls + calls <= _maxCalls)
        {
            _units[^1] = last with { LastGroup = whole.LastGroup, Calls = last.Calls + calls };
        }
        else
        {
            _units.Add(whole);
        }
    }

    private void CutByTime(Span<RerateUnit> cells)
    {
        RerateUnit open = default;
        foreach (RerateUnit cell in cells)
        {
            if (_done is { } done && done.Covers(cell.Month, cell.FirstGroup, cell.ToMs))
            {
                continue;
            }

            if (open.Calls > 0 && open.Calls + cell.Calls > _maxCalls)
            {
                _units.Add(open);
                open = default;
            }

            if (cell.Calls > _maxCalls && cell.ToMs - cell.FromMs > 1)
            {
                CutByTime(CollectionsMarshal.AsSpan(Count(cell)));
                continue;
            }

            open = open.Calls == 0 ? cell : open with { ToMs = cell.ToMs, Calls = open.Calls + cell.Calls };
        }

        if (open.Calls > 0)
        {
            _units.Add(open);
        }
    }

    /// <summary>Counts the calls of a range by month, group and slice of its time. Each cell is a unit as it stands, though perhaps too large.</summary>
    private List<RerateUnit> Count(RerateUnit range)
    {
        long step = Math.Max(1, ((range.ToMs - range.FromMs) + Slices - 1) / Slices);
        List<RerateUnit> cells = [];
        var blocks = new NativeBlocks();
        using IWarehouseResult result = _connection.Query(CellsSql, "Native", [.. range.Parameters(_revision), RerateUnit.Number("step", step)]);
        for (int at = 0; blocks.TryRead(result.Bytes, ref at, out NativeBlock block);)
        {
            ReadOnlySpan<uint> months = block.Numbers<uint>(0);
            ReadOnlySpan<uint> groups = block.Numbers<uint>(1);
            ReadOnlySpan<long> slices = block.Numbers<long>(2);
            ReadOnlySpan<ulong> calls = block.Numbers<ulong>(3);
            for (int row = 0; row < block.Rows; row++)
            {
                long from = range.FromMs + (slices[row] * step);
                cells.Add(new RerateUnit(months[row], groups[row], groups[row], from, Math.Min(from + step, range.ToMs), (long)calls[row]));
            }
        }

        return cells;
    }
}
