namespace Perimeter.Ingest.Switches;

/// <content>One turn of one file.</content>
public sealed partial class FolderWatcher
{
    /// <returns>Whether there is more of it.</returns>
    private async Task<bool> TakeAsync(FolderFile file, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _ingest.EnterAsync(_options.SwitchName, cancellationToken);
        file.BeginTurn();
        try
        {
            file.Held ??= new HeldFile(file.Path, OpenPlain(file.Path));
            bool more = await ReadOnAsync(file.Held, file.ChangedAt, cancellationToken);
            if (!more)
            {
                Reached(file, file.Held.Reading!);
            }

            if (file.Trouble.Clear())
            {
                _report(new FolderReport(_config.Name, file.Path, IsMended: true, "is taken again."));
            }

            return more;
        }
        catch (CallFileException e)
        {
            GiveUp(file, staysOpen: _grow);
            Fail(file.Trouble, file.Path, e.Reason, e is UnfinishedFileException);
            return false;
        }
        catch (Exception e) when (FileIngest.IsOfFile(e))
        {
            GiveUp(file, staysOpen: _grow);

            // It may have been renamed since the folder was listed.
            Fail(file.Trouble, file.Path, $"cannot be read: {e.Message}", e is FileNotFoundException);
            return false;
        }
        catch
        {
            // What was read of it last is on no log.
            GiveUp(file, staysOpen: true);
            throw;
        }
    }

    /// <summary>What reads the file is of no use any more. It stays open where it may lose its name before it can be read on.</summary>
    private static void GiveUp(FolderFile file, bool staysOpen)
    {
        if (staysOpen && file.Held?.File is not null)
        {
            file.Held.BeginAnew();
        }
        else
        {
            file.Close();
        }
    }

    /// <summary>Reads on in a file that is open, as much as one turn allows.</summary>
    /// <returns>Whether there is more of it.</returns>
    private async Task<bool> ReadOnAsync(HeldFile held, DateTimeOffset changedAt, CancellationToken cancellationToken)
    {
        _intake ??= _ingest.NewIntake(_options);
        for (int batch = 0; batch < BatchesPerTurn; batch++)
        {
            FileReading reading = Begun(held, changedAt, cancellationToken);
            long read = reading.Content.BytesRead;
            switch (await _ingest.TakeBatchAsync(reading, _intake, taken: null, cancellationToken))
            {
                case FileBatch.Changed:
                    held.WasCut();
                    continue;
                case FileBatch.More:
                    continue;
            }

            FileIngest.CheckEnd(reading);
            if (reading.IsGzip || held.Length <= reading.Content.BytesRead)
            {
                reading.Content.GiveBack(MaxHeldBytes);
                return false;
            }

            if (reading.Content.BytesRead == read && batch > 0)
            {
                // A reader that does not read on: another one begins where it stopped.
                held.BeginAnew();
            }
        }

        return true;
    }

    private void Reached(FolderFile file, FileReading reading)
    {
        file.Reached(reading.Place, reading.Content.HeldBackBytes > 0 ? file.Modified + _ingest.Limits.MinLastLineAge : null);
        if (!file.IsCounted)
        {
            file.IsCounted = true;
            _filesTaken++;
            IngestMetrics.FileTaken(_config.Name);
        }

        bool isAtRest = _clock.GetUtcNow() - file.Modified >= _ingest.Limits.MinLastLineAge;
        if (reading.IsGzip || (file.IsTaken && !_grow && isAtRest) || ++_leftOpen > MaxOpenFiles)
        {
            file.Close();
        }
    }

    /// <summary>What reads the file, begun where it is not, or where others took the same content further meanwhile.</summary>
    /// <param name="held">The file.</param>
    /// <param name="changedAt">When it was last seen to have changed.</param>
    /// <param name="cancellationToken">Ends the reading of what was taken before.</param>
    private FileReading Begun(HeldFile held, DateTimeOffset changedAt, CancellationToken cancellationToken)
    {
        if (held.Reading is { } reading)
        {
            if (_ingest.IsCurrent(reading))
            {
                return reading;
            }

            held.BeginAnew();
        }

        bool isAtRest = _clock.GetUtcNow() - changedAt >= _ingest.Limits.MinLastLineAge;
        FileReading begun = _ingest.Begin(held.Path, held.File, _options, isAtRest, cancellationToken);
        held.Reading = begun;
        if (begun.Replaced is { } before && FileOf(held.Path)?.Held == held)
        {
            Replaced(before);
        }

        return begun;
    }

    /// <returns>Null where the file is not there or cannot be opened, or is compressed.</returns>
    private static FileStream? OpenPlain(string path)
    {
        try
        {
            Stream opened = Csv.InputFile.OpenRead(path);
            if (opened is FileStream plain)
            {
                return plain;
            }

            opened.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
