namespace Perimeter.Ingest;

/// <summary>Room for requests and for the bytes of their bodies. What does not fit is refused at once: the sender holds it, not this process.</summary>
internal sealed class RequestRoom(int maxRequests, long maxBytes)
{
    private readonly long _maxBytes = maxBytes;
    private long _requests;
    private long _bytes;

    /// <returns>Null where the room is full.</returns>
    public Place? TryEnter()
    {
        if (Interlocked.Increment(ref _requests) > maxRequests)
        {
            Interlocked.Decrement(ref _requests);
            return null;
        }

        return new Place(this);
    }

    /// <summary>One request's share; given back when disposed.</summary>
    internal sealed class Place(RequestRoom room) : IDisposable
    {
        private long _held;

        public bool TryHold(long bytes)
        {
            if (Interlocked.Add(ref room._bytes, bytes) > room._maxBytes)
            {
                Interlocked.Add(ref room._bytes, -bytes);
                return false;
            }

            _held += bytes;
            return true;
        }

        public void Dispose()
        {
            Interlocked.Add(ref room._bytes, -_held);
            Interlocked.Decrement(ref room._requests);
            _held = 0;
        }
    }
}
