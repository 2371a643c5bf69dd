[assembly: AssemblyFixture(typeof(Perimeter.Streaming.Tests.KafkaBroker))]

namespace Perimeter.Streaming.Tests;

/// <summary>
/// The real broker of this run, which nothing befalls: the one that <c>PERIMETER_TEST_KAFKA</c> names, or one that is started at its first use and stopped at the end.
/// Topics of each test have a prefix of their own.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    private static readonly SemaphoreSlim Starting = new(1);
    private static KafkaCluster? _cluster;

    internal static async Task<string> BootstrapAsync()
    {
        if (Environment.GetEnvironmentVariable("PERIMETER_TEST_KAFKA") is { Length: > 0 } given)
        {
            return given;
        }

        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _cluster ??= await KafkaCluster.StartAsync(1, isQuickToLose: false);
            return _cluster.Bootstrap;
        }
        finally
        {
            Starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
