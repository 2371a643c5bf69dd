using Perimeter.Domain;

namespace Perimeter.Aggregator.Rerating;

/// <summary>Which attempts of a block are adjusted, in the order of its rows. Of these the first sides of the batch are the new ones: they move forward as they are added.</summary>
internal sealed class BlockChanges
{
    private readonly List<(int Change, StandingCall Stood)> _stood = [];
    private int[] _rows = [];
    private sbyte[] _reasonsA = [];
    private sbyte[] _reasonsB = [];

    public int Count { get; private set; }

    /// <summary>Places in the block.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    public ReadOnlySpan<sbyte> ReasonsA => _reasonsA.AsSpan(0, Count);

    public ReadOnlySpan<sbyte> ReasonsB => _reasonsB.AsSpan(0, Count);

    /// <summary>Changes of attempts that had been adjusted before, and how they stood; the others stood as they were rated first.</summary>
    public IReadOnlyList<(int Change, StandingCall Stood)> Stood => _stood;

    /// <summary>Begins a block of up to <paramref name="rows"/> attempts.</summary>
    public void Clear(int rows)
    {
        Count = 0;
        _stood.Clear();
        if (_rows.Length < rows)
        {
            _rows = new int[rows];
            _reasonsA = new sbyte[rows];
            _reasonsB = new sbyte[rows];
        }
    }

    public void Add(RatedCallBatch batch, int row, AdjustmentReason reasonA, AdjustmentReason reasonB)
    {
        _rows[Count] = row;
        _reasonsA[Count] = (sbyte)reasonA;
        _reasonsB[Count] = (sbyte)reasonB;
        if (Count != row)
        {
            batch.A[Count] = batch.A[row];
            batch.B[Count] = batch.B[row];
        }

        Count++;
    }

    public void Add(RatedCallBatch batch, int row, AdjustmentReason reasonA, AdjustmentReason reasonB, in StandingCall stood)
    {
        _stood.Add((Count, stood));
        Add(batch, row, reasonA, reasonB);
    }
}
