using System.Globalization;

namespace Perimeter.Pipeline.Tests;

/// <summary>Whether the long form of the fault tests was asked for, and the seed, which is printed and can be given again.</summary>
internal static class Chaos
{
    /// <summary>The seed of the short form: the same every time, so that a failure is a change of the product.</summary>
    private const int ShortSeed = 20_260_917;

    public static bool IsOn => Environment.GetEnvironmentVariable("PERIMETER_CHAOS") == "1";

    public static int Seed()
    {
        int seed = Environment.GetEnvironmentVariable("PERIMETER_CHAOS_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : IsOn ? Random.Shared.Next() : ShortSeed;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: again with PERIMETER_CHAOS_SEED={seed}");
        return seed;
    }
}
