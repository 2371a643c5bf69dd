using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Rating.Tests.Building;

/// <summary>Properties over seeds: whatever is random in them comes from one number, which FsCheck prints where it fails.</summary>
internal static class Seeds
{
    public static void Check(int tests, Action<int> property) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), property).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(tests));
}
