using System.Numerics;
using System.Runtime.CompilerServices;

namespace Perimeter.Rating.Codes;

/// <summary>
/// For each stretch the parent of its first code: what a number has that leads there and that none of its codes begins. Few numbers ask, so that this is
/// small rather than near: a bit for each code says where stretches begin, and counting them which stretch it is.
/// </summary>
internal sealed class StretchParents
{
    private const int BitsOfWord = 64;

    private readonly ulong[] _begins;

    /// <summary>For each word of bits how many are set in the words before it.</summary>
    private readonly int[] _before;
    private readonly int[] _parents;

    /// <param name="firsts">The first code of each stretch, ascending.</param>
    /// <param name="parents">For each code its parent, or <see cref="CodeTable.None"/>.</param>
    public StretchParents(IReadOnlyList<int> firsts, ReadOnlySpan<int> parents)
    {
        int words = (parents.Length + BitsOfWord - 1) / BitsOfWord;
        _begins = new ulong[words];
        _before = new int[words];
        _parents = new int[firsts.Count];
        for (int stretch = 0; stretch < firsts.Count; stretch++)
        {
            _begins[firsts[stretch] / BitsOfWord] |= 1UL << (firsts[stretch] % BitsOfWord);
            _parents[stretch] = parents[firsts[stretch]];
        }

        for (int word = 1; word < words; word++)
        {
            _before[word] = _before[word - 1] + BitOperations.PopCount(_begins[word - 1]);
        }
    }

    public long Bytes => (sizeof(ulong) * (long)_begins.Length) + (sizeof(int) * (long)(_before.Length + _parents.Length));

    /// <param name="first">The first code of a stretch.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Of(int first)
    {
        ulong below = _begins[first / BitsOfWord] & ((1UL << (first % BitsOfWord)) - 1);
        return _parents[_before[first / BitsOfWord] + BitOperations.PopCount(below)];
    }
}
