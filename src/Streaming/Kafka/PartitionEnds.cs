namespace Perimeter.Streaming;

/// <summary>
/// Where a partition begins and ends, as far as it is known. Offsets have gaps, where Kafka keeps the marks of transactions and what was aborted, and such a gap may
/// be all that follows the last frame: a reader that has looked there knows it. Then the end is where its frames end, or lag would never be 0, and the beginning too where
/// retention has gone so far, or what was read would seem to be missing.
/// </summary>
internal sealed class PartitionEnds(long first, long stable)
{
    private readonly Lock _gate = new();
    private long _first = first;
    private long _stable = stable;
    private long _emptyFrom;
    private long _emptyTo = -1;

    public long First
    {
        get
        {
            lock (_gate)
            {
                return _first > _emptyFrom && _first <= _emptyTo ? _emptyFrom : _first;
            }
        }
    }

    public long End
    {
        get
        {
            lock (_gate)
            {
                return _stable <= _emptyTo ? _emptyFrom : _stable;
            }
        }
    }

    /// <summary>The offset up to which it is known that there is no frame from this one on; null where nothing is known.</summary>
    public long? EmptyTo(long from)
    {
        lock (_gate)
        {
            return _emptyFrom <= from && from < _emptyTo ? _emptyTo : null;
        }
    }

    /// <summary>Whether a reader has looked behind what lies before the offset, and found nothing up to the end.</summary>
    public bool IsSeenEmptyFrom(long next)
    {
        lock (_gate)
        {
            return _stable <= _emptyTo && _emptyFrom <= next;
        }
    }

    /// <summary>Everything before the offset can be read.</summary>
    public void Reaches(long stable)
    {
        lock (_gate)
        {
            _stable = Math.Max(_stable, stable);
        }
    }

    public void BeginsWith(long first)
    {
        lock (_gate)
        {
            _first = Math.Max(_first, first);
            _stable = Math.Max(_stable, first);
        }
    }

    /// <summary>There is no frame from the one offset to before the other.</summary>
    public void AreEmpty(long from, long to)
    {
        lock (_gate)
        {
            _stable = Math.Max(_stable, to);
            if (_emptyFrom > from || from > _emptyTo)
            {
                _emptyFrom = from;
            }

            _emptyTo = Math.Max(_emptyTo, to);
        }
    }
}
