namespace Perimeter.Ingest.Switches;

/// <summary>What keeps a file or a folder from being taken: told once, and tried again after pauses that grow.</summary>
internal sealed class FolderTrouble
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private TimeSpan _pause = FirstPause;

    /// <summary>Null where there is none.</summary>
    public string? Message { get; private set; }

    public DateTimeOffset Since { get; private set; }

    public DateTimeOffset NextTry { get; private set; }

    /// <summary>It may pass by itself, as what is being written does: it is told when it lasts, and tried again as soon as the file changes.</summary>
    public bool MayPass { get; private set; }

    public bool IsTold { get; private set; }

    /// <returns>Whether it has to be told now.</returns>
    public bool Add(string message, bool mayPass, DateTimeOffset now, TimeSpan patience)
    {
        if (Message is null)
        {
            Since = now;
            _pause = FirstPause;
        }

        Message = message;
        MayPass = mayPass;
        NextTry = now + _pause;
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        if (IsTold || (mayPass && now - Since < patience))
        {
            return false;
        }

        IsTold = true;
        return true;
    }

    /// <returns>Whether that it is over has to be told.</returns>
    public bool Clear()
    {
        bool wasTold = IsTold;
        Message = null;
        IsTold = false;
        _pause = FirstPause;
        return wasTold;
    }
}
