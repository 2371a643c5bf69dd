namespace Perimeter.Ingest.Switches;

/// <content>Files that lost their name: read to their end by the opening that is left, the oldest first, until nothing was written to them for a while.</content>
public sealed partial class FolderWatcher
{
    /// <summary>Files without a name that are kept; of more, one that is taken to its end is closed, or else the oldest.</summary>
    internal const int MaxLeftFiles = 64;

    private const string BringBack = "Bring it back, under any name of the column files of switches.csv: it is gone on with where it was left.";

    private readonly List<LeftFile> _left = [];

    // Those of the files closed last: nothing of them is missing.
    private readonly Queue<Guid> _readOut = [];

    private void Leave(FolderFile file)
    {
        HeldFile held = file.Held!;
        file.Lose();
        Leave(held);
    }

    private void Leave(HeldFile held)
    {
        held.Look();
        var left = new LeftFile(held, held.Modified, _clock.GetUtcNow());
        int at = _left.FindIndex(left.IsOlderThan);
        _left.Insert(at < 0 ? _left.Count : at, left);
        if (_left.Count > MaxLeftFiles)
        {
            LeftFile given = _left.Find(other => other.Held.BytesBehind == 0) ?? _left[0];
            TellLost(given, $"{MaxLeftFiles} files were renamed or removed after it and wait as well");
            Drop(given);
        }
    }

    /// <returns>Whether there is more of one of them: what is younger waits for it.</returns>
    private async Task<bool> TakeAllLeftAsync(CancellationToken cancellationToken)
    {
        foreach (LeftFile left in _left.ToList())
        {
            if (await TakeLeftAsync(left, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> TakeLeftAsync(LeftFile left, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _ingest.EnterAsync(_options.SwitchName, cancellationToken);
        HeldFile held = left.Held;
        left.See(_clock.GetUtcNow());
        bool isQuiet = _clock.GetUtcNow() - left.Since > _ingest.Limits.MinLastLineAge;
        try
        {
            if (held.Length == 0)
            {
                if (isQuiet)
                {
                    Drop(left);
                }

                return false;
            }

            if (await ReadOnAsync(held, left.Since, cancellationToken))
            {
                return true;
            }

            if (left.IsTold && held.BytesBehind == 0)
            {
                left.IsTold = false;
                _report(new FolderReport(_config.Name, held.Path, IsMended: true, "is taken to its end."));
            }

            if (isQuiet && held.Reading!.Content.HeldBackBytes == 0)
            {
                Drop(left);
            }
        }
        catch (UnfinishedFileException) when (!isQuiet)
        {
            held.BeginAnew();
        }
        catch (Exception e) when (e is CallFileException || FileIngest.IsOfFile(e))
        {
            Fail(new FolderTrouble(), held.Path, $"was renamed or removed, and cannot be read on: {(e as CallFileException)?.Reason ?? e.Message}", mayPass: false);
            Drop(left);
        }
        catch
        {
            // What was read of it last is on no log: it waits.
            held.BeginAnew();
            throw;
        }

        return false;
    }

    /// <summary>Tells of what this process alone holds, while there is time to bring it back.</summary>
    private void TellWaiting()
    {
        foreach (LeftFile left in _left.Where(left => !left.IsTold && left.Held.BytesBehind > 0))
        {
            left.IsTold = true;
            IngestMetrics.FolderFailed(_config.Name);
            _report(new FolderReport(
                _config.Name,
                left.Held.Path,
                IsMended: false,
                $"was renamed or removed before all of it was taken: {Missing(left)}. It is kept open, and taken when the log takes more. Let it do so before this process is ended: what is not taken by then is lost to it. "
                + $"If the file was renamed, nothing is lost: {char.ToLowerInvariant(BringBack[0])}{BringBack[1..]}"));
        }
    }

    /// <summary>The watching ends, and what has no name cannot be found again.</summary>
    private void CloseLeft()
    {
        _left.ForEach(left => TellLost(left, "its watching ends before"));
        _left.ForEach(left => left.Held.Dispose());
        _left.Clear();
    }

    private void TellLost(LeftFile left, string why)
    {
        if (left.Held.BytesBehind > 0)
        {
            IngestMetrics.FolderFailed(_config.Name);
            _report(new FolderReport(
                _config.Name,
                left.Held.Path,
                IsMended: false,
                $"was renamed or removed before all of it was taken, and {why}: {Missing(left)}. {BringBack} What was deleted is to be had from the switch alone."));
        }
    }

    private static string Missing(LeftFile left) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"up to {left.Held.BytesBehind} bytes from line {left.Held.Place?.Line ?? 1} on are not on the log");

    private void Drop(LeftFile left)
    {
        _left.Remove(left);
        if (left.Held is { BytesBehind: 0, Place: { } place })
        {
            _readOut.Enqueue(place.Id);
            if (_readOut.Count > MaxLeftFiles)
            {
                _readOut.Dequeue();
            }
        }

        left.Held.Dispose();
    }
}
