namespace Perimeter.Aggregator.Tests;

/// <summary>A way to ClickHouse on which an insert of rows stops in the middle of its body, as of a process that is stopped there, until it is let go on.</summary>
internal sealed class HeldInsert
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldInsert() => Transport = new FaultyTransport(static _ => Fault.None)
    {
        HoldInBody = () =>
        {
            _held.TrySetResult();
            return _goOn.Task;
        },
    };

    public FaultyTransport Transport { get; }

    /// <summary>Complete when an insert is held.</summary>
    public Task Held => _held.Task;

    public void GoOn() => _goOn.SetResult();
}
