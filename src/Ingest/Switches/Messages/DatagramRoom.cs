namespace Perimeter.Ingest.Switches;

/// <summary>Datagrams that came and were not taken yet: bounded, since nobody can be told to send slower. Its room is used again.</summary>
internal sealed class DatagramRoom
{
    /// <summary>More than these are dropped and counted.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>Nor more than so many, however small.</summary>
    public const int MaxDatagrams = 50_000;

    private readonly List<(int At, int Length)> _places = [];
    private readonly List<ReadOnlyMemory<byte>> _datagrams = [];
    private byte[] _room = new byte[64 << 10];
    private int _used;

    public bool IsEmpty => _places.Count == 0;

    /// <returns>False where there is no room.</returns>
    public bool TryAdd(ReadOnlySpan<byte> datagram)
    {
        if (_used + datagram.Length > MaxBytes || _places.Count == MaxDatagrams)
        {
            return false;
        }

        if (_room.Length - _used < datagram.Length)
        {
            Array.Resize(ref _room, Math.Min(MaxBytes, Math.Max(_room.Length * 2, _used + datagram.Length)));
        }

        datagram.CopyTo(_room.AsSpan(_used));
        _places.Add((_used, datagram.Length));
        _used += datagram.Length;
        return true;
    }

    /// <summary>Valid until the room is cleared or added to.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> All()
    {
        _datagrams.Clear();
        foreach ((int at, int length) in _places)
        {
            _datagrams.Add(_room.AsMemory(at, length));
        }

        return _datagrams;
    }

    public void Clear()
    {
        _places.Clear();
        _datagrams.Clear();
        _used = 0;
    }
}
