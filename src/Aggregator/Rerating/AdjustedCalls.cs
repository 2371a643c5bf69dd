using Perimeter.Domain;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Rerating;

/// <summary>How an attempt stands after adjustments.</summary>
internal readonly record struct StandingCall(int Run, ConfigRevision Revision, RatedSide A, RatedSide B);

/// <summary>The attempts of one unit that were adjusted before, as their last adjustments left them.</summary>
internal sealed class AdjustedCalls
{
    private const int NewA = 6;

    private static readonly byte[] Sql = System.Text.Encoding.UTF8.GetBytes(EmbeddedSql.Read("adjusted-calls.sql"));

    private readonly Dictionary<CallPlace, StandingCall> _now = [];
    private readonly Dictionary<CallPlace, StandingCall> _beforeRun = [];
    private readonly NativeBlocks _blocks = new();

    public bool IsEmpty => _now.Count == 0;

    /// <summary>Reads the adjustments of a unit. Those of <paramref name="run"/> itself were written before it was cut short.</summary>
    /// <exception cref="ClickHouseException">The engine refused.</exception>
    public void Load(IWarehouseConnection connection, RerateUnit unit, ConfigRevision revision, int run)
    {
        _now.Clear();
        _beforeRun.Clear();
        using IWarehouseStream stream = connection.StreamBlocks(Sql, unit.Parameters(revision.Value));
        while (stream.Next() is { } piece)
        {
            using (piece)
            {
                for (int at = 0; _blocks.TryRead(piece.Bytes, ref at, out NativeBlock block);)
                {
                    Add(block, run);
                }
            }
        }
    }

    /// <summary>How an attempt stands now; false where it stands as it was rated first.</summary>
    public bool TryGet(CallPlace place, out StandingCall now) => _now.TryGetValue(place, out now);

    /// <summary>How an attempt stood before the run, where the run has adjusted it already.</summary>
    public bool TryGetBeforeRun(CallPlace place, out StandingCall before) => _beforeRun.TryGetValue(place, out before);

    private void Add(in NativeBlock block, int run)
    {
        ReadOnlySpan<ulong> incarnation = block.Numbers<ulong>(0);
        ReadOnlySpan<ushort> partition = block.Numbers<ushort>(1);
        ReadOnlySpan<ulong> offset = block.Numbers<ulong>(2);
        ReadOnlySpan<uint> runs = block.Numbers<uint>(3);
        ReadOnlySpan<uint> oldRevision = block.Numbers<uint>(4);
        ReadOnlySpan<uint> newRevision = block.Numbers<uint>(5);
        var newA = new LandedSides(block, NewA);
        var newB = new LandedSides(block, NewA + LandedSides.Columns);
        var oldA = new LandedSides(block, NewA + (2 * LandedSides.Columns));
        var oldB = new LandedSides(block, NewA + (3 * LandedSides.Columns));
        for (int row = 0; row < block.Rows; row++)
        {
            var place = new CallPlace(incarnation[row], offset[row], partition[row]);
            int made = (int)runs[row];
            if (!_now.TryGetValue(place, out StandingCall known) || known.Run < made)
            {
                _now[place] = new StandingCall(made, new ConfigRevision((int)newRevision[row]), newA[row], newB[row]);
            }

            if (made == run)
            {
                _beforeRun[place] = new StandingCall(made, new ConfigRevision((int)oldRevision[row]), oldA[row], oldB[row]);
            }
        }
    }
}
