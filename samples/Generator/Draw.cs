namespace Perimeter.Generator;

/// <summary>Numbers drawn by name: the same seed and names give the same number, whatever else is drawn before or after.</summary>
internal static class Draw
{
    private const ulong Seed = 20_260_914;

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    public static int Below(int below, params ReadOnlySpan<string> names)
    {
        unchecked
        {
            ulong hash = 14_695_981_039_346_656_037 ^ Seed;
            foreach (string name in names)
            {
                foreach (char c in name)
                {
                    hash = (hash ^ c) * 1_099_511_628_211;
                }

                hash = (hash ^ '|') * 1_099_511_628_211;
            }

            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
            return (int)Math.BigMul(hash ^ (hash >> 31), (ulong)below, out _);
        }
    }

    public static int Between(int low, int high, params ReadOnlySpan<string> names) => low + Below(high - low + 1, names);
}
