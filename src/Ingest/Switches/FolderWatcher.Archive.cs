namespace Perimeter.Ingest.Switches;

/// <content>What becomes of files that are done with, and of names that another file has now.</content>
public sealed partial class FolderWatcher
{
    /// <summary>So long the file that had a name may take to appear under its new one.</summary>
    private static readonly TimeSpan RenamePatience = TimeSpan.FromSeconds(5);

    private readonly List<(FilePosition Before, DateTimeOffset Since)> _replaced = [];

    /// <summary>Tells where a name was given to another file, and the one that had it is nowhere: what it had got since is not taken.</summary>
    private void TellReplaced()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        foreach ((FilePosition Before, DateTimeOffset Since) replaced in _replaced.Where(replaced => now - replaced.Since >= RenamePatience).ToList())
        {
            _replaced.Remove(replaced);
            if (!_ingest.GoesOn(replaced.Before))
            {
                _report(new FolderReport(
                    _config.Name,
                    replaced.Before.Path,
                    IsMended: false,
                    $"has other content now, and is taken from its beginning. What was taken under this name up to line {replaced.Before.Line - 1} is under no other name here: if it had more lines, "
                    + "they are taken when it appears under a name of the column files of switches.csv."));
            }
        }
    }

    private bool MayMove(FolderFile file) =>
        !_grow && _config.Archive.Length > 0 && file.IsTaken && file.Trouble.Message is null && file.Place is not null
        && _clock.GetUtcNow() - file.ChangedAt >= _ingest.Limits.MinLastLineAge;

    private async Task ArchiveAsync(FolderFile file, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _ingest.EnterAsync(_options.SwitchName, cancellationToken);
        try
        {
            var seen = new FileInfo(file.Path);
            if (!seen.Exists || seen.Length != file.Length || seen.LastWriteTimeUtc != file.Modified.UtcDateTime)
            {
                return;
            }

            // Its name is free then for another file. A crash between: it lies here still, is known by its content, and is moved the next time.
            string archived = FileArchive.FreePath(Path.GetFullPath(_config.Archive), file.Path);
            file.Close();
            if (file.Place!.Offset > 0)
            {
                await _ingest.MoveAsync(file.Place, archived);
            }

            File.Move(file.Path, archived);
            _files.Remove(file.Path);
        }
        catch (Exception e) when (FileIngest.IsOfFile(e))
        {
            Fail(file.Trouble, file.Path, $"all of it is taken, and it cannot be moved into the archive: {e.Message}", mayPass: false);
            file.Reached(lastLineAt: null);
        }
    }
}
