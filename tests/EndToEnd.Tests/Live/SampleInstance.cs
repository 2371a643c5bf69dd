using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>One running instance with the sample carrier, for tests that disturb each other in nothing but their own calls.</summary>
public sealed class SampleInstance : IAsyncLifetime
{
    private readonly ScratchFolder _scratch = new();

    internal LiveInstance Instance { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Instance = await LiveInstance.StartAsync(_scratch, RepositoryFolders.Carrier);

    public ValueTask DisposeAsync()
    {
        Instance?.Dispose();
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }
}
