using FsCheck;

namespace Perimeter.Domain.Tests;

/// <summary>How the properties of this project are run: a failure is thrown with its seed, and so is repeated by Config.WithReplay.</summary>
internal static class Properties
{
    public static void Check(Property property) => property.Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
