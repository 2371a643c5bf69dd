using System.Runtime.CompilerServices;
using Perimeter.Domain;

namespace Perimeter.RatingEngine;

/// <summary>
/// The slots of a <see cref="KeyIndex{TEntry}"/>, in segments. A table that grows is emptied one segment after another into the larger one, which takes each as it gets free:
/// of what was outgrown nothing is left over, and at no time is there more memory than the larger table's and a few segments.
/// </summary>
/// <remarks>
/// A slot is the key's 32-bit tag and 32 bits that are the index's; 0 is a free one. A slot's home grows with its tag, so what is read in the order of the smaller table is written
/// in the order of the larger.
/// </remarks>
internal sealed class KeySlots
{
#if DEBUG
    internal const int SegmentBits = 4;
    private const int FirstLength = 8;
#else
    internal const int SegmentBits = 15;
    private const int FirstLength = 64;
#endif
    private const int SegmentLength = 1 << SegmentBits;

    // A table of less than a segment is one array. In a larger one all segments are whole.
    private ulong[][] _segments = [KeyMemory.Cleared<ulong>(FirstLength)];

    public int Length { get; private set; } = FirstLength;

    public long Bytes => (long)Length * sizeof(ulong);

    public ref ulong this[int at] => ref _segments[at >> SegmentBits][at & (SegmentLength - 1)];

    public Probe ProbeFrom(uint tag) => new(_segments, Home(tag));

    public void AskFor(uint tag)
    {
        int home = Home(tag);
        Memory.Prefetch(_segments[home >> SegmentBits], home & (SegmentLength - 1));
    }

    public int Home(uint tag) => (int)((tag * (ulong)Length) >> 32);

    public int After(int at) => at + 1 == Length ? 0 : at + 1;

    /// <summary>To so many slots or a few more.</summary>
    public void Grow(long least)
    {
        ulong[][] smaller = _segments;
        Length = checked((int)(least < SegmentLength ? least : (least + SegmentLength - 1) & -SegmentLength));
        _segments = new ulong[(Length + SegmentLength - 1) >> SegmentBits][];
        Stack<ulong[]> emptied = [];
        for (int i = 0; i < smaller.Length; i++)
        {
            ulong[] segment = smaller[i];
            smaller[i] = [];
            foreach (ulong slot in segment)
            {
                if (slot != 0)
                {
                    Refill(slot, emptied);
                }
            }

            if (segment.Length == SegmentLength)
            {
                Array.Clear(segment);
                emptied.Push(segment);
            }
        }

        for (int i = 0; i < _segments.Length; i++)
        {
            _segments[i] ??= Take(emptied);
        }
    }

    private void Refill(ulong slot, Stack<ulong[]> emptied)
    {
        int at = Home((uint)(slot >> 32));
        while (true)
        {
            ulong[] segment = _segments[at >> SegmentBits] ??= Take(emptied);
            for (int within = at & (SegmentLength - 1); within < segment.Length; within++)
            {
                if (segment[within] == 0)
                {
                    segment[within] = slot;
                    return;
                }
            }

            at = (at | (SegmentLength - 1)) + 1;
            at = at < Length ? at : 0;
        }
    }

    private ulong[] Take(Stack<ulong[]> emptied) => emptied.TryPop(out ulong[]? segment) ? segment : KeyMemory.Cleared<ulong>(Math.Min(Length, SegmentLength));

    /// <summary>Goes from a home along the slots.</summary>
    internal struct Probe
    {
        private readonly ulong[][] _segments;
        private ulong[] _segment;
        private int _number;
        private int _within;

        public Probe(ulong[][] segments, int home)
        {
            _segments = segments;
            _number = home >> SegmentBits;
            _within = home & (SegmentLength - 1);
            _segment = segments[_number];
        }

        public readonly ulong Slot => _segment[_within];

        public readonly int At => (_number << SegmentBits) | _within;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Next()
        {
            if (++_within == _segment.Length)
            {
                _within = 0;
                _number = _number + 1 == _segments.Length ? 0 : _number + 1;
                _segment = _segments[_number];
            }
        }
    }
}
