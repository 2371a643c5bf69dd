using System.IO.Hashing;

namespace Perimeter.Ingest.Switches.Asterisk;

/// <summary>
/// Numbers the rows of a call: the first sequence number that comes for a uniqueid is attempt 1, the next one attempt 2. Asterisk writes the rows of a call one behind the
/// other, in the order of their sequence numbers, when its channel ends. Reading the same rows again gives the same numbers.
/// </summary>
internal sealed class AttemptRanks
{
    /// <summary>Calls remembered, those that began last. A row that comes behind so many others is attempt 1 again, and its conflict with the first one is seen.</summary>
    public const int MaxCalls = 4096;

    private readonly Dictionary<UInt128, List<long>> _sequences = new(MaxCalls);
    private readonly Queue<UInt128> _oldest = new(MaxCalls);

    // Those of calls that were forgotten, to be used again.
    private readonly Stack<List<long>> _free = new();

    /// <returns>The attempt, from 1.</returns>
    public int Of(ReadOnlySpan<byte> uniqueId, long sequence)
    {
        UInt128 call = XxHash128.HashToUInt128(uniqueId);
        if (!_sequences.TryGetValue(call, out List<long>? sequences))
        {
            if (_oldest.Count == MaxCalls && _sequences.Remove(_oldest.Dequeue(), out List<long>? forgotten))
            {
                forgotten.Clear();
                _free.Push(forgotten);
            }

            sequences = _free.TryPop(out List<long>? free) ? free : new List<long>(2);
            _sequences.Add(call, sequences);
            _oldest.Enqueue(call);
        }

        int known = sequences.IndexOf(sequence);
        if (known >= 0)
        {
            return known + 1;
        }

        sequences.Add(sequence);
        return sequences.Count;
    }
}
