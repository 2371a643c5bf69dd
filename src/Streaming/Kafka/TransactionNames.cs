namespace Perimeter.Streaming;

/// <summary>
/// Transactional ids of one log, each with one producer at a time: two would fence each other out. The first in a name has the name itself, so that a process which is
/// started again ends what it left open; the second at the same time has <c>NAME.2</c>, and so on.
/// </summary>
internal sealed class TransactionNames(string prefix)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _taken = [];

    public string Take(string name)
    {
        lock (_gate)
        {
            string id = $"{prefix}.{name}";
            for (int nth = 2; !_taken.Add(id); nth++)
            {
                id = $"{prefix}.{name}.{nth}";
            }

            return id;
        }
    }

    public void Return(string id)
    {
        lock (_gate)
        {
            _taken.Remove(id);
        }
    }
}
