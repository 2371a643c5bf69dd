namespace Perimeter.Ingest.Switches;

/// <content>Names that another file has now, where the one that had it is nowhere.</content>
public sealed partial class FolderWatcher
{
    /// <summary>So long the file that had a name may take to appear under its new one.</summary>
    private static readonly TimeSpan RenamePatience = TimeSpan.FromSeconds(5);

    private readonly List<(FilePosition Before, DateTimeOffset Since)> _replaced = [];

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
}
