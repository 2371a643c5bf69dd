using System.Globalization;

namespace Perimeter.Pipeline.Tests;

/// <summary>Whether the long form of the fault tests was asked for, and the seed, which is printed and can be given again.</summary>
internal static class Chaos
{
    /// <summary>The seed of the short form: the same every time, so that a failure is a change of the product.</summary>
    private const int ShortSeed = 20_260_917;

    public static bool IsOn => Environment.GetEnvironmentVariable("PERIMETER_CHAOS") == "1";

    /// <summary>Where a long run that was ended begins again: <c>PERIMETER_CHAOS_FROM</c> and <c>PERIMETER_CHAOS_TO</c>, both included; all points without them.</summary>
    public static bool IsAsked(int point) =>
        point >= Limit("PERIMETER_CHAOS_FROM", 1) && point <= Limit("PERIMETER_CHAOS_TO", int.MaxValue);

    private static int Limit(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;

    public static int Seed()
    {
        int seed = Environment.GetEnvironmentVariable("PERIMETER_CHAOS_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : IsOn ? Random.Shared.Next() : ShortSeed;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: again with PERIMETER_CHAOS_SEED={seed}");
        return seed;
    }
}
