namespace Perimeter.Ingest.Switches;

/// <content>What becomes of files that are done with.</content>
public sealed partial class FolderWatcher
{
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
            if (new FileInfo(archived).Length > file.Length && OpenPlain(archived) is { } opened)
            {
                // Somebody wrote to it in between, after a minute of silence.
                Leave(new HeldFile(archived, opened));
            }
        }
        catch (Exception e) when (FileIngest.IsOfFile(e))
        {
            Fail(file.Trouble, file.Path, $"all of it is taken, and it cannot be moved into the archive: {e.Message}", mayPass: false);
            file.Reached(file.Place!, lastLineAt: null);
        }
    }
}
