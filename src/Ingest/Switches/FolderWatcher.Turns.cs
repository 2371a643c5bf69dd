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
            bool more = await TakeBatchesAsync(file, cancellationToken);
            if (file.Trouble.Clear())
            {
                _report(new FolderReport(_config.Name, file.Path, IsMended: true, "is taken again."));
            }

            return more;
        }
        catch (CallFileException e)
        {
            file.Close();
            Fail(file.Trouble, file.Path, e.Reason, e is UnfinishedFileException);
            return false;
        }
        catch (Exception e) when (FileIngest.IsOfFile(e))
        {
            file.Close();

            // It may have been renamed since the folder was listed.
            Fail(file.Trouble, file.Path, $"cannot be read: {e.Message}", e is FileNotFoundException);
            return false;
        }
        catch
        {
            // What was read of it last is on no log.
            file.Close();
            throw;
        }
    }

    private async Task<bool> TakeBatchesAsync(FolderFile file, CancellationToken cancellationToken)
    {
        _intake ??= _ingest.NewIntake(_options);
        for (int batch = 0; batch < BatchesPerTurn; batch++)
        {
            if (file.Reading is { } held && !_ingest.IsCurrent(held))
            {
                file.Close();
            }

            FileReading reading = file.Reading ??= Adopted(file.Path) ?? Begin(file, cancellationToken);
            long read = reading.Content.BytesRead;
            switch (await _ingest.TakeBatchAsync(reading, _intake, taken: null, cancellationToken))
            {
                case FileBatch.Changed:
                    file.Close();
                    continue;
                case FileBatch.More:
                    continue;
            }

            file.Place = reading.Place;
            FileCheck check = Check(file, reading);
            if (check == FileCheck.Ended)
            {
                Reached(file, reading);
                return false;
            }

            if (check == FileCheck.Grew && reading.Content.BytesRead == read && batch > 0)
            {
                // A reader that does not read on: another one begins where it stopped.
                file.Close();
            }
        }

        return true;
    }

    private enum FileCheck
    {
        /// <summary>All that is in the file was read.</summary>
        Ended,

        /// <summary>There is more.</summary>
        Grew,

        /// <summary>Another file has the name now, or this one was written anew.</summary>
        Another,
    }

    /// <summary>Whether the file that was read to its end is the one that has the name, and the end is still its end.</summary>
    private FileCheck Check(FolderFile file, FileReading reading)
    {
        FileIngest.CheckEnd(reading);
        if (reading.IsGzip)
        {
            return FileCheck.Ended;
        }

        FileStream? now = OpenPlain(file.Path);
        if (now is not null && reading.Content.IsIn(now.SafeFileHandle))
        {
            bool grew = RandomAccess.GetLength(now.SafeFileHandle) > reading.Content.BytesRead;
            reading.Content.GoOnIn(now);
            return grew ? FileCheck.Grew : FileCheck.Ended;
        }

        now?.Dispose();
        file.Reading = null;
        Leave(reading);
        return FileCheck.Another;
    }

    private void Reached(FolderFile file, FileReading reading)
    {
        file.Reached(reading.Content.HeldBackBytes > 0 ? file.Modified + _ingest.Limits.MinLastLineAge : null);
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

    private FileReading Begin(FolderFile file, CancellationToken cancellationToken)
    {
        bool isAtRest = _clock.GetUtcNow() - file.ChangedAt >= _ingest.Limits.MinLastLineAge;
        FileReading reading = _ingest.Begin(file.Path, _options, isAtRest, cancellationToken);
        if (reading.Replaced is { } before && _left.All(left => left.Reading.Place.Id != before.Id))
        {
            _replaced.Add((before, _clock.GetUtcNow()));
        }

        return reading;
    }

    /// <summary>What was read under another name and has this one now. A copy that is not is begun as any other file: its content is known.</summary>
    private FileReading? Adopted(string path)
    {
        if (OpenPlain(path) is not { } now)
        {
            return null;
        }

        FileReading? found = Open().FirstOrDefault(reading => reading.Content.BytesRead > 0 && reading.Content.IsIn(now.SafeFileHandle) && IsLost(reading));
        if (found is null)
        {
            now.Dispose();
            return null;
        }

        _left.RemoveAll(left => left.Reading == found);
        foreach (FolderFile other in _files.Values.Where(other => other.Reading == found))
        {
            other.Reading = null;
        }

        found.Content.GoOnIn(now);
        if (found.Place.Path != path)
        {
            found.MoveTo(path);
        }

        return found;
    }

    private IEnumerable<FileReading> Open() =>
        [.. _left.Select(left => left.Reading), .. _files.Values.Select(file => file.Reading).OfType<FileReading>().Where(reading => !reading.IsGzip)];

    /// <summary>Whether it is not under the name that it was opened by.</summary>
    private static bool IsLost(FileReading reading)
    {
        using FileStream? now = OpenPlain(reading.Place.Path);
        return now is null || !reading.Content.IsIn(now.SafeFileHandle);
    }

    /// <summary>Keeps what lost its name, if it is still as it was: one that was cut holds nothing of what is not taken.</summary>
    private void Leave(FileReading reading)
    {
        if (reading.IsGzip || !reading.IsAsItWas)
        {
            reading.Dispose();
            return;
        }

        _left.Add(new LeftFile(reading, _clock.GetUtcNow()));
        if (_left.Count > MaxOpenFiles)
        {
            _left[0].Reading.Dispose();
            _left.RemoveAt(0);
        }
    }

    /// <summary>Reads on in a file that has no name here any more, until nothing was written to it for a while.</summary>
    private async Task TakeLeftAsync(LeftFile left, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _ingest.EnterAsync(_options.SwitchName, cancellationToken);
        DateTimeOffset now = _clock.GetUtcNow();
        _intake ??= _ingest.NewIntake(_options);
        bool goesOn = false;
        try
        {
            FileBatch batch = FileBatch.More;
            for (int i = 0; i < BatchesPerTurn && batch == FileBatch.More && _ingest.IsCurrent(left.Reading); i++)
            {
                long before = left.Reading.Content.BytesRead;
                batch = await _ingest.TakeBatchAsync(left.Reading, _intake, taken: null, cancellationToken);
                left.Since = left.Reading.Content.BytesRead > before ? now : left.Since;
            }

            goesOn = batch != FileBatch.Changed && _ingest.IsCurrent(left.Reading) && now - left.Since <= _ingest.Limits.MinLastLineAge;
        }
        catch (Exception e) when (e is CallFileException || FileIngest.IsOfFile(e))
        {
            Fail(new FolderTrouble(), left.Reading.Place.Path, $"was renamed or removed, and cannot be read on: {e.Message}", mayPass: false);
        }
        finally
        {
            if (!goesOn)
            {
                left.Reading.Dispose();
                _left.Remove(left);
            }
        }
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
