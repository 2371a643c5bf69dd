using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Numbers the records of a call by what tells them apart: the first sequence number that comes for its id is 1, the next one 2. Reading the same records again
/// gives the same numbers.
/// </summary>
internal sealed class AttemptRanks
{
    /// <summary>Calls remembered, those that came last. What comes behind so many others counts from 1 again, and its conflict with the first one is seen.</summary>
    public const int MaxCalls = 65_536;

    // As large as they ever get from the first record on, so that none of them allocates.
    private Dictionary<UInt128, Sequences>? _calls;
    private Queue<UInt128>? _oldest;

    /// <returns>From 1.</returns>
    public int Of(ReadOnlySpan<byte> id, long sequence)
    {
        _calls ??= new Dictionary<UInt128, Sequences>(MaxCalls + 1);
        _oldest ??= new Queue<UInt128>(MaxCalls);
        UInt128 call = XxHash128.HashToUInt128(id);
        ref Sequences sequences = ref CollectionsMarshal.GetValueRefOrAddDefault(_calls, call, out bool isKnown);
        if (!isKnown)
        {
            sequences.First = sequence;
            if (_oldest.Count == MaxCalls)
            {
                _calls.Remove(_oldest.Dequeue());
            }

            _oldest.Enqueue(call);
            return 1;
        }

        if (sequences.First == sequence)
        {
            return 1;
        }

        sequences.More ??= [];
        int at = sequences.More.IndexOf(sequence);
        if (at < 0)
        {
            at = sequences.More.Count;
            sequences.More.Add(sequence);
        }

        return at + 2;
    }

    /// <summary>Most calls have one record.</summary>
    private struct Sequences
    {
        public long First;
        public List<long>? More;
    }
}
