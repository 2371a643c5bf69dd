using Perimeter.Aggregator;
using Perimeter.Domain;
using Perimeter.RatingEngine;
using Perimeter.Streaming;

namespace Perimeter.Load.EndToEnd;

/// <summary>A log that is full of call events and was never read. Each round works on a copy, so that all begin with the same.</summary>
internal sealed class Backlog
{
    private const int Partitions = 4;

    // Appended together, and synced once.
    private const int MaxAppendBytes = 8 << 20;

    private readonly string _folder;

    private Backlog(string folder) => _folder = folder;

    public long Events { get; private set; }

    /// <summary>Events that are no repeats: the rows that must land.</summary>
    public long Distinct { get; private set; }

    public long Bytes { get; private set; }

    public long Frames { get; private set; }

    public static async Task<Backlog> FillAsync(RatingConfig carrier, string folder, int events, int frameRows)
    {
        var backlog = new Backlog(folder);
        await using EmbeddedLog log = await OpenAsync(folder);
        List<LogOutput> frames = [];
        foreach (BacklogFrame frame in BacklogFrames.Make(carrier, events, Partitions, frameRows))
        {
            backlog.Events += frame.Events;
            backlog.Distinct += frame.Distinct;
            backlog.Bytes += frame.Payload.Length;
            backlog.Frames++;
            frames.Add(new LogOutput(Topics.CallEvents, frame.Partition, frame.Payload));
            await AppendAsync(log, frames, MaxAppendBytes);
        }

        await AppendAsync(log, frames, atLeastBytes: 0);
        return backlog;
    }

    public async Task<EmbeddedLog> OpenCopyAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(_folder))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return await OpenAsync(folder);
    }

    private static Task<EmbeddedLog> OpenAsync(string folder) => EmbeddedLog.OpenAsync(new EmbeddedLogOptions
    {
        Folder = folder,
        PartitionCount = Partitions,
        Groups =
        [
            new LogGroup(Topics.CallEvents, RatingEngineRole.Group), new LogGroup(Topics.RatedCalls, AggregatorRole.Group), new LogGroup(Topics.Quarantine, AggregatorRole.Group),
        ],
    });

    private static async Task AppendAsync(EmbeddedLog log, List<LogOutput> frames, int atLeastBytes)
    {
        if (frames.Count > 0 && frames.Sum(frame => frame.Payload.Length) >= atLeastBytes)
        {
            await log.AppendAsync(frames, CancellationToken.None);
            frames.Clear();
        }
    }
}
