namespace Perimeter.Ingest.Switches;

/// <content>Content that is in no file here any more: of names that another file has now, and of files that were cut.</content>
public sealed partial class FolderWatcher
{
    /// <summary>So long the file that had a name may take to appear under its new one.</summary>
    private static readonly TimeSpan RenamePatience = TimeSpan.FromSeconds(5);

    private readonly List<(FilePosition Before, DateTimeOffset Since)> _replaced = [];

    private readonly List<(string Path, long Bytes, DateTimeOffset Since)> _cut = [];

    /// <summary>A file of this name was taken up to there, and another one has the name.</summary>
    private void Replaced(FilePosition before)
    {
        if (_left.All(left => left.Held.Place?.Id != before.Id) && !_readOut.Contains(before.Id))
        {
            _replaced.Add((before, _clock.GetUtcNow()));
        }
    }

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

    /// <summary>Looks whether a file was cut before anything of it was taken: no place tells of it.</summary>
    private void SeeCut(HeldFile held)
    {
        long before = held.LengthSeen;
        if (held.Length < before && held.Place is null or { Offset: 0 })
        {
            _cut.Add((held.Path, before, _clock.GetUtcNow()));
        }
    }

    /// <summary>Tells what was cut where nothing appeared beside it that may be its copy.</summary>
    private void TellCut()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        foreach ((string Path, long Bytes, DateTimeOffset Since) cut in _cut.Where(cut => now - cut.Since >= RenamePatience).ToList())
        {
            _cut.Remove(cut);
            if (!_files.Values.Any(file => file.Path != cut.Path && file.ChangedAt >= cut.Since - RenamePatience))
            {
                IngestMetrics.FolderFailed(_config.Name);
                _report(new FolderReport(
                    _config.Name,
                    cut.Path,
                    IsMended: false,
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"was cut or written anew before anything of it was taken: {cut.Bytes} bytes are in it no more, and no copy of it appeared here. ")
                    + "They are taken when a copy has a name of the column files of switches.csv."));
            }
        }
    }
}
