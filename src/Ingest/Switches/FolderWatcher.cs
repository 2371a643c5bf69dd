using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Watches the folder of one switch by looking into it again and again, and takes its files onto the log: each once by its content, those that grow line by line,
/// through renaming and cutting. What cannot be taken is told, keeps nothing else from being taken, and is tried again.
/// </summary>
public sealed partial class FolderWatcher
{
    /// <summary>From one look into the folder to the next, at least.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Batches of one file, after which the others have their turn.</summary>
    private const int BatchesPerTurn = 8;

    /// <summary>What is kept for the next batch where nothing is to be taken.</summary>
    private const long MaxHeldBytes = 1 << 20;

    /// <summary>Files that are open between two looks.</summary>
    private const int MaxOpenFiles = 16;

    /// <summary>Looking takes at most this part of the time: a folder of very many files is looked into less often.</summary>
    private const int RestPerLook = 20;

    private readonly SwitchConfig _config;
    private readonly FileIngest _ingest;
    private readonly FileIngestOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<FolderReport> _report;
    private readonly bool _grow;
    private readonly string _folder;
    private readonly FolderListing _listing;
    private readonly FolderTrouble _trouble = new();
    private readonly FolderTrouble _full = new();
    private readonly Dictionary<string, FolderFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);
    private CallIntake? _intake;

    // Files that this look left open.
    private int _leftOpen;
    private long _filesTaken;
    private volatile FolderState _state;

    /// <param name="config">A switch with a folder.</param>
    /// <param name="ingest">What takes the files; the watchers of all switches share one.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="report">Told what a person should know; called by one thread at a time, between two looks.</param>
    /// <exception cref="NotSupportedException">A switch of this type writes no files.</exception>
    public FolderWatcher(SwitchConfig config, FileIngest ingest, TimeProvider clock, Action<FolderReport> report)
    {
        _config = config;
        _ingest = ingest;
        _clock = clock;
        _report = report;
        FileIngestOptions options = FileIngestOptions.OfSwitch(config);
        ISwitchFiles files = options.Switch!;
        _grow = files.Grow;

        // Of a file that grows the next one comes under its name as a matter of course.
        _options = options with { TakeChanged = _grow };
        _folder = Path.GetFullPath(config.Folder);
        _listing = SwitchFolder.Of(config, files);
        _state = new FolderState { Switch = config.Name, Folder = _folder };
    }

    /// <summary>As it was after the last look.</summary>
    public FolderState State => _state;

    /// <summary>Watches until it is cancelled.</summary>
    /// <exception cref="LogFailedException">The log is of no use any more: the process should not go on.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IngestMetrics.Watched(this);
        try
        {
            while (true)
            {
                long began = _clock.GetTimestamp();
                if (!await LookAsync(cancellationToken))
                {
                    TimeSpan rest = _clock.GetElapsedTime(began) * RestPerLook;
                    await Task.Delay(rest > LookInterval ? rest : LookInterval, _clock, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            IngestMetrics.Unwatched(this);
            Close();
        }
    }

    /// <summary>Looks into the folder once, and takes what is there: of a large file as much as one turn allows.</summary>
    /// <returns>Whether there is more to take at once.</returns>
    internal async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        bool more = false;

        // Each time, whether anything can be taken or not: what loses its name meanwhile is to be open by then.
        if (See() && (_full.Message is null || now >= _full.NextTry))
        {
            try
            {
                more = await TakeAllAsync(now, cancellationToken);
                if (_full.Clear())
                {
                    _report(new FolderReport(_config.Name, _folder, IsMended: true, "is watched again."));
                }
            }
            catch (LogFullException e)
            {
                Fail(_full, _folder, $"nothing can be taken: {e.Message.TrimEnd('.')}. It goes on by itself when there is room.", mayPass: false);
            }
        }

        if (_full.Message is not null)
        {
            TellWaiting();
        }

        TellCut();
        Publish();
        return more;
    }

    /// <returns>Null where no such file was seen.</returns>
    internal FolderFile? FileOf(string path) => _files.GetValueOrDefault(path);

    /// <summary>Closes what is open.</summary>
    internal void Close()
    {
        foreach (FolderFile file in _files.Values)
        {
            file.Close();
        }

        CloseLeft();
        _files.Clear();
    }

    /// <returns>False where the folder cannot be read.</returns>
    private bool See()
    {
        try
        {
            List();
            Hold();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(_trouble, _folder, $"the folder cannot be read: {e.Message} It is looked for again and again; mend the column folder of switches.csv if it is another one.", mayPass: false);
            return false;
        }

        if (_trouble.Clear())
        {
            _report(new FolderReport(_config.Name, _folder, IsMended: true, "is watched again."));
        }

        return true;
    }

    private void List()
    {
        _listed.Clear();
        DateTimeOffset now = _clock.GetUtcNow();
        foreach (ListedFile listed in _listing.Read())
        {
            _listed.Add(listed.Path);
            if (!_files.TryGetValue(listed.Path, out FolderFile? file))
            {
                file = new FolderFile(listed.Path);
                _files.Add(listed.Path, file);
            }

            file.See(listed, now);
        }

        foreach (FolderFile gone in _files.Values.Where(file => !_listed.Contains(file.Path)).ToList())
        {
            _files.Remove(gone.Path);
            bool isOpen = gone.Held?.File is not null;
            if (isOpen)
            {
                Leave(gone);
            }
            else
            {
                gone.Close();
            }

            if (gone.Trouble.Clear())
            {
                _report(new FolderReport(_config.Name, gone.Path, IsMended: true, "is no longer in the folder."));
            }
            else if (!isOpen && !gone.IsTaken && gone.Length > 0 && !_files.Values.Any(file => file.Length == gone.Length && file.Modified == gone.Modified))
            {
                _report(new FolderReport(
                    _config.Name, gone.Path, IsMended: false, "was removed before all of it was taken. Bring it back, under any name of the column files of switches.csv: it is gone on with where it was left."));
            }
        }
    }

    private async Task<bool> TakeAllAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        _leftOpen = 0;

        // What was left is older than what has a name, and the attempts of a call are counted in the order of its rows.
        bool more = await TakeAllLeftAsync(cancellationToken) || await TakeListedAsync(now, cancellationToken);
        TellReplaced();
        foreach (FolderFile file in _files.Values.Where(MayMove).ToList())
        {
            await ArchiveAsync(file, cancellationToken);
        }

        Rest();
        GiveBack();
        return more;
    }

    private async Task<bool> TakeListedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Oldest first: what was renamed is taken before what has its name now. But what is being followed does not wait behind old files.
        List<FolderFile> due =
        [
            .. _files.Values.Where(file => file.IsDue(now)).OrderBy(file => _grow && file.Reading is not null ? 0 : 1)
                .ThenBy(file => file.Modified).ThenBy(file => file.Path, StringComparer.Ordinal),
        ];
        int unfinished = 0;
        long began = _clock.GetTimestamp();
        foreach (FolderFile file in due)
        {
            if ((await TakeAsync(file, cancellationToken) && ++unfinished == MaxOpenFiles) || _clock.GetElapsedTime(began) >= LookInterval)
            {
                // The folder is looked into again before the rest, and how it stands is told.
                break;
            }
        }

        return due.Exists(file => file.IsDue(now));
    }

    /// <summary>Keeps open what was written to last.</summary>
    private void Rest()
    {
        foreach (FolderFile file in _files.Values.Where(file => file.Held is not null).OrderByDescending(file => file.Modified).Skip(MaxOpenFiles))
        {
            file.Close();
        }
    }

    /// <summary>Gives back the memory that a large batch took.</summary>
    private void GiveBack()
    {
        if (_intake?.HeldBytes > MaxHeldBytes)
        {
            _intake = null;
        }
    }

    private void Fail(FolderTrouble trouble, string path, string message, bool mayPass)
    {
        if (trouble.Add(message, mayPass, _clock.GetUtcNow(), _ingest.Limits.MinLastLineAge))
        {
            IngestMetrics.FolderFailed(_config.Name);
            _report(new FolderReport(_config.Name, path, IsMended: false, message));
        }
    }

    private void Publish()
    {
        FolderFile? worst = _files.Values.Where(file => file.Trouble.IsTold).MaxBy(file => file.Trouble.Since);
        FolderTrouble? ofAll = _trouble.IsTold ? _trouble : _full.IsTold ? _full : null;
        List<HeldFile> left = [.. _left.Select(left => left.Held).Where(held => held.BytesBehind > 0)];
        _state = new FolderState
        {
            Switch = _config.Name,
            Folder = _folder,
            FilesTaken = _filesTaken,
            FilesWaiting = _files.Values.Count(file => !file.IsTaken && file.Length > 0) + left.Count,
            FilesLeft = left.Count,
            BytesBehind = _files.Values.Sum(file => file.BytesBehind) + left.Sum(held => held.BytesBehind),
            FilesFailing = _files.Values.Count(file => file.Trouble.IsTold),
            Error = ofAll is not null ? $"{_folder}: {ofAll.Message}" : worst is null ? null : $"{worst.Path}: {worst.Trouble.Message}",
            ErrorSince = ofAll is not null ? ofAll.Since : worst?.Trouble.Since,
        };
    }
}
