namespace Perimeter.Streaming;

/// <summary>
/// Tells when a client that does not get into its group should be given up for another: an answer that it waits for may have been lost, or it may have forgotten all servers, and it does not ask
/// again. docs/decisions/0012-kafka-log.md, "Servers that go away".
/// </summary>
/// <param name="options">Of the log.</param>
/// <param name="rebalance">The longest that the group may wait for one of its members: so long may one that has an id wait to be told what is its.</param>
internal sealed class JoinPatience(KafkaLogOptions options, TimeSpan rebalance)
{
    private long? _withoutIdSince;
    private long? _outsideSince;
    private string? _toldAs;

    /// <summary>Whether the client was in its group when that was last looked at, or has been told so since.</summary>
    public bool IsIn => Volatile.Read(ref _toldAs) is not null;

    /// <summary>The group has told the client which partitions are its, be it none.</summary>
    /// <param name="memberId">Under which it did: who has another since then was put out of the group.</param>
    public void Told(string memberId) => Volatile.Write(ref _toldAs, memberId);

    /// <summary>The client has fallen out of the group.</summary>
    public void Lost() => Volatile.Write(ref _toldAs, null);

    /// <summary>Called again and again, by one thread.</summary>
    /// <param name="memberId">Of the client as of now; empty where it has none.</param>
    public bool IsAtAnEnd(string memberId)
    {
        if (memberId.Length > 0 && memberId == Volatile.Read(ref _toldAs))
        {
            _withoutIdSince = null;
            _outsideSince = null;
            return false;
        }

        Lost();
        _outsideSince ??= options.Time.GetTimestamp();
        _withoutIdSince = memberId.Length > 0 ? null : _withoutIdSince ?? options.Time.GetTimestamp();
        return Lasts(_withoutIdSince, options.JoinTimeout) || Lasts(_outsideSince, options.JoinTimeout + rebalance);
    }

    private bool Lasts(long? since, TimeSpan patience) => since is { } began && options.Time.GetElapsedTime(began) >= patience;
}
