using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Commands;

// CDR files on behalf of a command.
internal sealed partial class Instance
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    /// <summary>Takes the files one after the other and tells how it goes. A file that cannot be taken does not keep the next from being taken.</summary>
    /// <exception cref="CommandException">The request makes no sense.</exception>
    public async Task TakeFilesAsync(IngestRequest request, Func<IngestAnswer, Task> tell, CancellationToken cancellationToken)
    {
        FileIngestOptions options = request.Switch is { } name ? ReadOfSwitch(request, name) : Read(request);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        foreach (string file in request.Files)
        {
            IngestAnswer answer;
            try
            {
                FileIngestResult result = await TakeAsync(file, options, tell, either.Token).ConfigureAwait(false);
                answer = new IngestAnswer(file)
                {
                    Accepted = result.Accepted,
                    Quarantined = result.Quarantined,
                    FromLine = result.FromLine,
                    NextLine = result.NextLine,
                    TakenBefore = result.WasTakenBefore,
                    Errors = [.. result.Errors.Select(error => $"{file}:{error.Place}: {error.Field}: {error.Reason}")],
                };
            }
            catch (Exception failure) when (failure is CallFileException or LogFullException or LogFailedException)
            {
                answer = new IngestAnswer(file) { Refused = failure.Message };
            }

            catch (OperationCanceledException) when (_stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                answer = new IngestAnswer(file) { Refused = $"{file}: Perimeter is stopping. Lines that were taken are safe; take the file again, and it is gone on with." };
            }

            await tell(answer).ConfigureAwait(false);
        }
    }

    private async Task<FileIngestResult> TakeAsync(string file, FileIngestOptions options, Func<IngestAnswer, Task> tell, CancellationToken cancellationToken)
    {
        LatestProgress latest = new();
        Task<FileIngestResult> taking = _files!.TakeAsync(file, options, latest, cancellationToken);
        using PeriodicTimer timer = new(ProgressInterval, _time);
        while (await Task.WhenAny(taking, timer.WaitForNextTickAsync(cancellationToken).AsTask()).ConfigureAwait(false) != taking)
        {
            FileProgress progress = latest.Value;
            await tell(new IngestAnswer(file) { Progress = true, Lines = progress.Lines, Accepted = progress.Accepted, Quarantined = progress.Quarantined }).ConfigureAwait(false);
        }

        return await taking.ConfigureAwait(false);
    }

    private FileIngestOptions ReadOfSwitch(IngestRequest request, string name)
    {
        SwitchConfig config = FindSwitch(name) ?? throw new CommandException(
            $"--switch {name}: the configuration in force has no such switch. 'perimeter switches list' shows which it has; add it to switches.csv of the carrier folder.");
        if (request.Map.Count > 0 || request.TimeZone is not null || request.Delimiter is not null)
        {
            throw new CommandException("--switch goes without --map, --time-zone and --delimiter: switches.csv says how its files are read.");
        }

        return SwitchTypes.WaysOf(config.Type).HasFlag(SwitchWays.Files)
            ? FileIngestOptions.OfSwitch(config) with { TakeChanged = request.TakeChanged }
            : throw new CommandException($"--switch {name}: a switch of its type writes no files that are read here.");
    }

    private static FileIngestOptions Read(IngestRequest request)
    {
        try
        {
            return new FileIngestOptions
            {
                Mapping = CallRecordMapping.Parse(request.Map),
                TimeZone = request.TimeZone is { } zone ? TimeZoneInfo.FindSystemTimeZoneById(zone) : null,
                Delimiter = request.Delimiter is { } delimiter ? checked((byte)delimiter) : null,
                TakeChanged = request.TakeChanged,
            };
        }
        catch (FormatException failure)
        {
            throw new CommandException("--map: " + failure.Message, inner: failure);
        }
        catch (TimeZoneNotFoundException failure)
        {
            throw new CommandException($"--time-zone {request.TimeZone}: no such zone. Give an IANA name, such as America/New_York or Europe/Berlin.", inner: failure);
        }
        catch (OverflowException failure)
        {
            throw new CommandException($"--delimiter {request.Delimiter}: must be one ASCII character.", inner: failure);
        }
    }

    private sealed class LatestProgress : IProgress<FileProgress>
    {
        private readonly Lock _lock = new();
        private FileProgress _value;

        public FileProgress Value
        {
            get
            {
                lock (_lock)
                {
                    return _value;
                }
            }
        }

        public void Report(FileProgress value)
        {
            lock (_lock)
            {
                _value = value;
            }
        }
    }
}
