namespace Perimeter.Records;

/// <summary>What a message of a single call may be, as the switch edge has it for a record.</summary>
public sealed record CallMessageLimits
{
    /// <summary>A longer message goes to the quarantine unread.</summary>
    public int MaxBytes { get; init; } = 64 << 10;

    /// <summary>How far an event's times may lie ahead of the instant at which the log took it.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromHours(1);

    public IEnumerable<string> Errors()
    {
        if (MaxBytes < 1024 || MaxAhead < TimeSpan.Zero || MaxAhead > TimeSpan.FromDays(7))
        {
            yield return $"Messages of a call: at least 1024 bytes must be allowed, and 0 to 7 days ahead; it is {MaxBytes} bytes and {MaxAhead}.";
        }
    }
}
