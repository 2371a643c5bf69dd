namespace Perimeter.Streaming;

/// <summary>
/// Tells when a client that does not get into its group should be given up for another: its only question about its topic may have been lost, and it does not ask again.
/// docs/decisions/0012-kafka-log.md, "Servers that go away".
/// </summary>
internal sealed class JoinPatience(KafkaLogOptions options)
{
    private long? _outsideSince;

    /// <summary>Called again and again, with whether the client is in its group, or on its way: a group that is being rebalanced takes its time, and whoever it waits for has an id there.</summary>
    public bool IsAtAnEnd(bool isIn)
    {
        if (isIn)
        {
            _outsideSince = null;
            return false;
        }

        _outsideSince ??= options.Time.GetTimestamp();
        return options.Time.GetElapsedTime(_outsideSince.Value) >= options.JoinTimeout;
    }
}
