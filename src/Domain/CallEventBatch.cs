namespace Perimeter.Domain;

/// <summary>A batch of events from one partition or one request, with their texts. Allocated once and used again: <see cref="Clear"/>.</summary>
public sealed class CallEventBatch
{
    /// <summary>The most rows one batch, and so one frame, may hold: a row's place has to fit 20 bits of a packed log position.</summary>
    public const int MaxRows = 65_536;

    private static readonly CallEvent Empty = new()
    {
        Attempt = 1,
        Final = true,
        SipCode = CallEvent.NoNumber,
        SourcePort = CallEvent.NoNumber,
        PddMs = CallEvent.NoNumber,
        MosThousandths = CallEvent.NoNumber,
        RouteRevision = CallEvent.NoNumber,
        SetupMs = CallEvent.NoInstant,
        ProgressMs = CallEvent.NoInstant,
        AnswerMs = CallEvent.NoInstant,
        EndMs = CallEvent.NoInstant,
        AnswerBMs = CallEvent.NoInstant,
        EndBMs = CallEvent.NoInstant,
    };

    private CallEvent[] _events = new CallEvent[64];

    public int Count { get; private set; }

    public TextArena Texts { get; } = new();

    public Span<CallEvent> Events => _events.AsSpan(0, Count);

    public ref CallEvent this[int row] => ref _events.AsSpan(0, Count)[row];

    /// <summary>Adds an empty event (attempt 1, final, nothing known) and returns it to be filled.</summary>
    public ref CallEvent Add()
    {
        ref CallEvent added = ref AddAsIs();
        added = Empty;
        return ref added;
    }

    /// <summary>Takes back the last event added; its texts stay in the arena until the batch is cleared.</summary>
    public void RemoveLast() => Count--;

    /// <summary>Makes the batch exactly <paramref name="count"/> rows long; the rows hold whatever they held, and the caller fills each.</summary>
    public Span<CallEvent> Resize(int count)
    {
        if (_events.Length < count)
        {
            _events = new CallEvent[Math.Max(count, _events.Length * 2)];
        }

        Count = count;
        return _events.AsSpan(0, count);
    }

    /// <summary>Copies one event with its texts to the end of another batch.</summary>
    public void CopyTo(int row, CallEventBatch target)
    {
        ref CallEvent copy = ref target.AddAsIs();
        copy = this[row];
        if (Count == 1)
        {
            // The texts are all this event's: they move together.
            CallEventTexts.Move(ref copy, target.Texts.Add(Texts.AsSpan()).Offset);
            return;
        }

        foreach (ref TextSpan text in CallEventTexts.In(ref copy))
        {
            text = text.IsEmpty ? default : target.Texts.Add(Texts[text]);
        }
    }

    public void Clear()
    {
        Count = 0;
        Texts.Clear();
    }

    /// <summary>Adds an event that holds whatever its place held; the caller fills it.</summary>
    private ref CallEvent AddAsIs()
    {
        if (Count == _events.Length)
        {
            Array.Resize(ref _events, _events.Length * 2);
        }

        return ref _events[Count++];
    }
}
