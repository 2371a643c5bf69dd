using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

/// <summary>An embedded log in a folder of its own, which goes away with it.</summary>
internal sealed class ScratchLog : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private ScratchLog(string folder) => Folder = folder;

    public string Folder { get; }

    public EmbeddedLog Log { get; private set; } = null!;

    public static async Task<ScratchLog> OpenAsync(long minFreeBytes = 0)
    {
        var scratch = new ScratchLog(Directory.CreateTempSubdirectory("perimeter-ingest-").FullName);
        scratch.Log = await EmbeddedLog.OpenAsync(scratch.Options(minFreeBytes), TestContext.Current.CancellationToken);
        return scratch;
    }

    /// <summary>What a process that was started again sees.</summary>
    public async Task ReopenAsync(long minFreeBytes = 0)
    {
        await Log.DisposeAsync();
        Log = await EmbeddedLog.OpenAsync(Options(minFreeBytes), TestContext.Current.CancellationToken);
    }

    /// <summary>The key of every event on the log, with how often it is there.</summary>
    public async Task<SortedDictionary<string, int>> CallsAsync()
    {
        var calls = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var batch = new CallEventBatch();
        foreach ((int partition, byte[] frame) in await FramesAsync(Topics.CallEvents))
        {
            CallEventFrame.Read(frame, batch);
            foreach (CallEvent one in batch.Events)
            {
                Assert.Equal(partition, CallKey.PartitionOf(batch.Texts[one.SwitchId], batch.Texts[one.CallId], Log.PartitionCount));
                string key = $"{batch.Texts.GetString(one.SwitchId)}/{batch.Texts.GetString(one.CallId)}/{one.Attempt}";
                calls[key] = calls.GetValueOrDefault(key) + 1;
            }
        }

        return calls;
    }

    public async Task<List<QuarantinedEvent>> QuarantineAsync()
    {
        var events = new List<QuarantinedEvent>();
        foreach ((_, byte[] frame) in await FramesAsync(Topics.Quarantine))
        {
            QuarantineFrame.Read(frame, events);
        }

        return [.. events.OrderBy(e => e.Place)];
    }

    public async Task<List<(int Partition, byte[] Payload)>> FramesAsync(string topic)
    {
        var frames = new List<(int, byte[])>();
        using var done = new CancellationTokenSource(Bound);
        int left = Log.PartitionCount;
        await Log.ConsumeAsync(topic, $"test-{Guid.NewGuid():N}", async (reader, cancellationToken) =>
        {
            while (reader.NextFrame < reader.EndFrame)
            {
                foreach (LogFrame frame in await reader.ReadAsync(new ReadLimits(100, 1 << 20), TimeSpan.FromSeconds(1), cancellationToken))
                {
                    lock (frames)
                    {
                        frames.Add((reader.Partition, frame.Payload.ToArray()));
                    }
                }
            }

            if (Interlocked.Decrement(ref left) == 0)
            {
                await done.CancelAsync();
            }
        }, done.Token);
        Assert.Equal(0, left);
        return frames;
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private EmbeddedLogOptions Options(long minFreeBytes) =>
        new() { Folder = Path.Combine(Folder, "log"), PartitionCount = 3, MinFreeBytes = minFreeBytes, Groups = [FileIngest.Group] };
}
