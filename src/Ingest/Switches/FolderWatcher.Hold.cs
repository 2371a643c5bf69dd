namespace Perimeter.Ingest.Switches;

/// <content>Which open file is behind which name: looked at after each listing, so that a file is open before it can lose its name.</content>
public sealed partial class FolderWatcher
{
    private void Hold()
    {
        // Those that lost their name come first: among the names that are new then are theirs.
        foreach (FolderFile file in _files.Values.Where(file => file.Held?.File is not null))
        {
            SeeCut(file.Held!);
            FileStream? named = OpenPlain(file.Path);
            if (named is not null && file.Held!.IsIn(named.SafeFileHandle))
            {
                file.Held.GoOnIn(named, file.Path);
                continue;
            }

            named?.Dispose();
            Leave(file);
        }

        if (!_grow && _left.Count == 0)
        {
            return;
        }

        // Those written to last are held; what is older has a name that its rotation leaves it.
        int held = 0;
        foreach (FolderFile file in _files.Values.Where(file => file.Held is not null || !file.IsTaken).OrderByDescending(file => file.Modified).ToList())
        {
            bool mayHold = _grow && held < MaxOpenFiles;
            if (file.Held is null && (mayHold || (_left.Count > 0 && file.MayBeAnother)) && OpenPlain(file.Path) is { } named)
            {
                file.Held = Adopted(file.Path, named) ?? (mayHold ? new HeldFile(file.Path, named) : null);
                if (file.Held is null)
                {
                    named.Dispose();
                }
            }

            held += file.Held is null ? 0 : 1;
            file.MayBeAnother = false;
        }

        Rest();
    }

    /// <summary>What was left and has this name now. What was copied instead, and is under its name still, is begun as any other file: its content is known.</summary>
    private HeldFile? Adopted(string path, FileStream named)
    {
        LeftFile? found = _left.Where(left => left.Held.Length > 0 && left.Held.IsIn(named.SafeFileHandle)).MaxBy(left => left.Held.Length);
        if (found is null)
        {
            return null;
        }

        _left.Remove(found);
        if (found.IsTold)
        {
            _report(new FolderReport(_config.Name, found.Held.Path, IsMended: true, $"is gone on with as {path}."));
        }

        found.Held.GoOnIn(named, path);
        return found.Held;
    }
}
