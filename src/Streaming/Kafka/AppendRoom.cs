namespace Perimeter.Streaming;

/// <summary>
/// How much is under way at a time; who does not fit in waits, in the order of coming. Waiting ends when nothing has got through for <see cref="KafkaLogOptions.AppendTimeout"/>:
/// a cluster that is slow and works makes callers wait, which is how they learn that it is slow, and only one that does not move is given up.
/// </summary>
internal sealed class AppendRoom(KafkaLogOptions options, long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Entered)> _waiting = new();
    private int _count;
    private long _bytes;
    private long _movedAt = options.Time.GetTimestamp();

    /// <summary>Something got through: whoever waits has the whole time again.</summary>
    public void Moved() => Volatile.Write(ref _movedAt, options.Time.GetTimestamp());

    /// <summary>What is left of the time for somebody who began to wait then; zero when it is up.</summary>
    public TimeSpan Left(long began)
    {
        TimeSpan waited = options.Time.GetElapsedTime(began);
        TimeSpan still = options.Time.GetElapsedTime(Volatile.Read(ref _movedAt));
        TimeSpan left = options.AppendTimeout - (waited < still ? waited : still);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <returns>False when the time is up. Otherwise <see cref="Leave"/> must follow.</returns>
    public async ValueTask<bool> EnterAsync(long bytes, long began, CancellationToken cancellationToken)
    {
        LinkedListNode<(long Bytes, TaskCompletionSource Entered)> mine;
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                Take(bytes);
                return true;
            }

            mine = _waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        try
        {
            return await WhileMovingAsync(mine.Value.Entered.Task, began, cancellationToken).ConfigureAwait(false) || !TryGiveUp(mine);
        }
        catch (OperationCanceledException)
        {
            if (!TryGiveUp(mine))
            {
                Leave(bytes);
            }

            throw;
        }
    }

    /// <summary>Waits for the task; false when nothing has got through for too long.</summary>
    public async ValueTask<bool> WhileMovingAsync(Task task, long began, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await task.WaitAsync(Left(began), options.Time, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (TimeoutException) when (!task.IsCompleted)
            {
                if (Left(began) <= TimeSpan.Zero)
                {
                    return false;
                }
            }
        }
    }

    public void Leave(long bytes)
    {
        lock (_gate)
        {
            _count--;
            _bytes -= bytes;
            Admit();
        }
    }

    /// <summary>False where it was let in meanwhile.</summary>
    private bool TryGiveUp(LinkedListNode<(long Bytes, TaskCompletionSource Entered)> mine)
    {
        lock (_gate)
        {
            if (mine.List is null)
            {
                return false;
            }

            _waiting.Remove(mine);
            Admit();
            return true;
        }
    }

    private void Admit()
    {
        while (_waiting.First is { } next && Fits(next.Value.Bytes))
        {
            _waiting.RemoveFirst();
            Take(next.Value.Bytes);
            next.Value.Entered.SetResult();
        }
    }

    /// <summary>What is larger than the room goes alone.</summary>
    private bool Fits(long bytes) => _count == 0 || (_count < options.MaxPendingAppends && _bytes + bytes <= maxBytes);

    private void Take(long bytes)
    {
        _count++;
        _bytes += bytes;
    }
}
