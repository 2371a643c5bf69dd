namespace Perimeter.Load.Matching;

/// <summary>One cycle through all places of an array, in random order: what memory itself costs, to hold a match against.</summary>
internal sealed class DependentLoads
{
    private readonly int[] _next;

    public DependentLoads(long bytes)
    {
        Random random = new(1);
        int[] order = [.. Enumerable.Range(0, (int)(bytes / sizeof(int)))];
        random.Shuffle(order);
        _next = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            _next[order[i]] = order[(i + 1) % order.Length];
        }
    }

    public int Follow(int loads)
    {
        int at = 0;
        for (int i = 0; i < loads; i++)
        {
            at = _next[at];
        }

        return at;
    }
}
