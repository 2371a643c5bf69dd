namespace Perimeter.Streaming;

/// <summary>
/// Asks the disk for room before a write. It asks anew when a part of the reserve may be gone: others write to the same disk.
/// </summary>
internal sealed class DiskSpace(EmbeddedLogOptions options)
{
    private static readonly TimeSpan AnswerAge = TimeSpan.FromMilliseconds(250);

    private readonly DriveInfo _disk = new(Path.GetFullPath(options.Folder));
    private long _askedAt;
    private long _free;
    private long _taken = long.MaxValue;

    public bool Admits(long bytes, Urgency urgency)
    {
        long floor = urgency switch
        {
            Urgency.CursorOnly => options.MinFreeBytes / 4,
            Urgency.UnitOfWork => options.MinFreeBytes / 2,
            _ => options.MinFreeBytes,
        };
        if (_taken > options.MinFreeBytes / 8 || options.Time.GetElapsedTime(_askedAt) > AnswerAge || _free - _taken - bytes < floor)
        {
            Ask();
        }

        if (_free - _taken - bytes < floor)
        {
            return false;
        }

        _taken += bytes;
        return true;
    }

    public LogFullException Full(Exception? inner = null) =>
        new($"The disk of the log in {options.Folder} is full or nearly: {_free} bytes are free, and the log keeps {options.MinFreeBytes}. " +
            "Nothing of this append was kept. Make room on the disk; the same append may then be tried again.", inner);

    private void Ask()
    {
        _free = _disk.AvailableFreeSpace;
        _taken = 0;
        _askedAt = options.Time.GetTimestamp();
    }
}
