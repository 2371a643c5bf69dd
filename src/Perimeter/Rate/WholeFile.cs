namespace Perimeter.Commands;

/// <summary>
/// A file that appears under its name when it is whole, and not before: an earlier file of that name stays until then. A link keeps pointing where it points.
/// What is no regular file, such as a pipe or a device, is written to as it is: in its place no file may ever be put.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    private const string Devices = "/dev/";

    private readonly string _path;

    /// <summary>Null where the target itself is written to.</summary>
    private readonly string? _unfinished;
    private bool _done;

    public WholeFile(string path)
    {
        _path = Path.GetFullPath(path);
        if (new FileInfo(_path).LinkTarget is not null)
        {
            _path = File.ResolveLinkTarget(_path, returnFinalTarget: true)?.FullName ?? _path;
        }

        if (OpenInPlace(_path) is { } inPlace)
        {
            Stream = inPlace;
            return;
        }

        _unfinished = $"{_path}.{Environment.ProcessId}.unfinished";
        Stream = new FileStream(_unfinished, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public Stream Stream { get; }

    public void Finish()
    {
        Stream.Dispose();
        if (_unfinished is not null)
        {
            File.Move(_unfinished, _path, overwrite: true);
        }

        _done = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_done && _unfinished is not null)
        {
            File.Delete(_unfinished);
        }
    }

    /// <summary>Null where there is a regular file or nothing.</summary>
    private static FileStream? OpenInPlace(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return null;
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        if (!stream.CanSeek || path.StartsWith(Devices, StringComparison.Ordinal))
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }
}
