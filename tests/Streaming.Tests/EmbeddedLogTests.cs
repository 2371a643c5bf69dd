namespace Perimeter.Streaming.Tests;

public sealed class EmbeddedLogContractTests : LogContract
{
    private protected override async Task<ILog> OpenAsync() => await EmbeddedLog.OpenAsync(new EmbeddedLogOptions { Folder = Folder.Path, MinFreeBytes = 0 });
}

/// <summary>The same promises where a segment holds a few records only.</summary>
public sealed class SmallSegmentContractTests : LogContract
{
    private protected override async Task<ILog> OpenAsync() =>
        await EmbeddedLog.OpenAsync(new EmbeddedLogOptions { Folder = Folder.Path, MinFreeBytes = 0, SegmentBytes = 4096 });
}
