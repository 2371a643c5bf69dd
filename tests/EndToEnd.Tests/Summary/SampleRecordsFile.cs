using System.Globalization;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>The sample's records as a file, and what they should come to. Made once for all tests that ask for it.</summary>
public sealed class SampleRecordsFile : IAsyncLifetime
{
    private readonly ScratchFolder _scratch = new();

    /// <summary>A million in the long runs.</summary>
    public static int Calls { get; } = Environment.GetEnvironmentVariable("PERIMETER_CHAOS") == "1" ? 1_000_000 : 20_000;

    internal SummaryOracle Expected { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(
            ["sample-calls", "--calls", Calls.ToString(CultureInfo.InvariantCulture), "--out", _scratch["records.ndjson"]]);
        Assert.True(exitCode == 0, errors);
        Expected = new SummaryOracle(_scratch["records.ndjson"]);
    }

    public ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }
}
