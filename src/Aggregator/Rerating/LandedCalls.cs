using Perimeter.Aggregator.RatedCalls;
using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.Rerating;

/// <summary>The row of <c>rated_calls</c> that holds an attempt: its place on the log.</summary>
public readonly record struct CallPlace(ulong Incarnation, ulong Offset, ushort Partition);

/// <summary>A block of attempts as landed-calls.sql selects them: inputs to be made events again, and what both sides came to.</summary>
public readonly ref struct LandedCalls
{
    // Places of columns in the statement.
    internal const int Incarnation = 0, Partition = 1, Offset = 2, Day = 3, End = 4, RatedBy = 17, SideA = 18, SideB = SideA + LandedSides.Columns;

    /// <summary>The statement up to its WHERE.</summary>
    public static string Select { get; } = EmbeddedSql.Read("landed-calls.sql");

    private readonly NativeBlock _block;
    private readonly ReadOnlySpan<ulong> _incarnation;
    private readonly ReadOnlySpan<ushort> _partition;
    private readonly ReadOnlySpan<ulong> _offset;
    private readonly ReadOnlySpan<uint> _revision;

    public LandedCalls(in NativeBlock block)
    {
        _block = block;
        _incarnation = block.Numbers<ulong>(Incarnation);
        _partition = block.Numbers<ushort>(Partition);
        _offset = block.Numbers<ulong>(Offset);
        Flags = block.Numbers<byte>(13);
        _revision = block.Numbers<uint>(RatedBy);
        A = new LandedSides(block, SideA);
        B = new LandedSides(block, SideB);
    }

    public int Count => _block.Rows;

    public NativeBlock Block => _block;

    /// <summary>The bits of the column <c>flags</c>.</summary>
    public ReadOnlySpan<byte> Flags { get; }

    public LandedSides A { get; }

    public LandedSides B { get; }

    public CallPlace Place(int row) => new(_incarnation[row], _offset[row], _partition[row]);

    public ConfigRevision Revision(int row) => new((int)_revision[row]);

    /// <summary>Makes the batch the events of these rows, as they were received.</summary>
    public void ReadInto(CallEventBatch batch) => LandedEvents.ReadInto(_block, End, batch);
}
