using System.Globalization;

namespace Perimeter.Streaming.Tests;

/// <summary>Fault runs: few rounds in CI, many with <c>PERIMETER_CHAOS=1</c>, and a seed to run one again.</summary>
internal static class Chaos
{
    public static int Rounds(int inCi, int inChaos) => Environment.GetEnvironmentVariable("PERIMETER_CHAOS") == "1" ? inChaos : inCi;

    public static Random Seeded()
    {
        int seed = Environment.GetEnvironmentVariable("PERIMETER_CHAOS_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: again with PERIMETER_CHAOS_SEED={seed}");
        return new Random(seed);
    }
}
