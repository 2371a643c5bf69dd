namespace Perimeter.Commands;

/// <summary>A file that appears under its name when it is whole, and not before: an earlier file of that name stays until then.</summary>
internal sealed class WholeFile : IDisposable
{
    private readonly string _path;
    private readonly string _unfinished;
    private bool _done;

    public WholeFile(string path)
    {
        _path = Path.GetFullPath(path);
        _unfinished = $"{_path}.{Environment.ProcessId}.unfinished";
        Stream = new FileStream(_unfinished, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public Stream Stream { get; }

    public void Finish()
    {
        Stream.Dispose();
        File.Move(_unfinished, _path, overwrite: true);
        _done = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_done)
        {
            File.Delete(_unfinished);
        }
    }
}
