using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>That a member was given a partition, from then until it is taken away. A partition that is given again is another grant.</summary>
internal sealed class PartitionGrant(GroupMember member, TopicPartition place, string memberId, CancellationToken stopping)
{
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private int _isOver;
    private string? _awaits = "end what was done with it before";

    public GroupMember Member { get; } = member;

    public TopicPartition Place { get; } = place;

    /// <summary>The id under which the group knew the member then. Where it has changed, the member fell out of the group meanwhile and the grant with it.</summary>
    public string MemberId { get; } = memberId;

    /// <summary>Cancelled when the work on the partition has to end.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>No cursor may be moved by it any more.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>What the cluster is asked before the work begins, and has not answered yet; null from when it has begun.</summary>
    public string? Awaits { get => Volatile.Read(ref _awaits); set => Volatile.Write(ref _awaits, value); }

    public void End()
    {
        Volatile.Write(ref _isOver, 1);
        _ending.Cancel();
    }
}
