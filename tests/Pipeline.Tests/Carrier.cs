using Perimeter.Harness;

namespace Perimeter.Pipeline.Tests;

internal static class Carrier
{
    /// <summary>Publishes the sample carrier into a data folder.</summary>
    public static async Task ApplyAsync(string dataFolder)
    {
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["config", "apply", SampleRecords.CarrierFolder, "--data", dataFolder]);
        Assert.True(exitCode == 0, errors);
    }
}
