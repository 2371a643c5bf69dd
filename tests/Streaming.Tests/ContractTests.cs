namespace Perimeter.Streaming.Tests;

/// <summary>The contract where a segment holds a few records only.</summary>
public sealed class SmallSegmentTests : LogContract
{
    private protected override async Task<ILog> OpenAsync() =>
        await EmbeddedLog.OpenAsync(new EmbeddedLogOptions { Folder = Folder.Path, MinFreeBytes = 0, SegmentBytes = 4096 }, Cancelled);
}
