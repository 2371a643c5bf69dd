using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Perimeter.Streaming;

/// <summary>
/// This process as a member of one group over one topic: it takes part in the group, runs the work of each partition that it is given, and ends that work before it
/// gives the partition up. It reads nothing itself: each partition has its own reader, so that one that stands still holds up no other.
/// </summary>
internal sealed class GroupMember
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    private readonly KafkaClients _clients;
    private readonly KafkaOffsets _offsets;
    private readonly TransactionWriter _writer;
    private readonly PartitionWatch _watch;
    private readonly PartitionWork _work;
    private readonly string _topic;
    private readonly CancellationTokenSource _ending;
    private readonly IConsumer<Ignore, Ignore> _consumer;

    /// <summary>The same, for other threads than the one that takes part.</summary>
    private readonly SharedClient<IConsumer<Ignore, Ignore>> _shared;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, PartitionGrant> _grants = [];
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly JoinPatience _patience;
    private List<TopicPartition> _toPause = [];
    private long _began;
    private bool _isStuck;
    private ExceptionDispatchInfo? _first;

    public GroupMember(
        KafkaClients clients, KafkaTopics topics, KafkaOffsets offsets, string topic, string group, Func<IPartitionReader, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        _clients = clients;
        _patience = new JoinPatience(clients.Options, clients.Options.RebalanceTimeout);
        _topic = topic;
        _offsets = offsets;
        Group = clients.Named($"{group}.{topic}");
        _writer = new TransactionWriter(clients, $"{group}.{topic}", clients.Options.UnitInterval);
        _watch = new PartitionWatch(clients.Options, offsets, topics, topic, Group);
        _work = new PartitionWork(clients, topics, offsets, _writer, _watch, topic, Group, work);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _consumer = clients.Member(Group)
            .SetPartitionsAssignedHandler((consumer, places) =>
            {
                _patience.Told(consumer.MemberId);
                return places.Select(Give).ToList();
            })
            .SetPartitionsRevokedHandler((_, places) => TakeAway(places))
            .SetPartitionsLostHandler((_, places) =>
            {
                _patience.Lost();
                TakeAway(places);
            })
            .Build();
        _shared = new SharedClient<IConsumer<Ignore, Ignore>>(_consumer, static consumer =>
        {
            try
            {
                consumer.Close();
            }
            catch (KafkaException)
            {
                // The group forgets the member by itself.
            }

            consumer.Dispose();
        });
    }

    /// <summary>The group on the cluster: one for each topic, so that the members of one are not rebalanced because of the other.</summary>
    private string Group { get; }

    private KafkaLogOptions Options => _clients.Options;

    /// <summary>It is in the group, and others have all partitions: it is there for when one of them goes.</summary>
    public bool StandsBy
    {
        get
        {
            lock (_gate)
            {
                return _patience.IsIn && _grants.Values.All(grant => grant.IsOver);
            }
        }
    }

    /// <summary>The partition that is this member's and on which work has not begun, with what is waited for; null where there is none.</summary>
    public string? Opening
    {
        get
        {
            lock (_gate)
            {
                return _grants.Values.FirstOrDefault(grant => !grant.IsOver && grant.Awaits is not null) is { } opening
                    ? $"{opening.Place}, is this process's, and is read once Kafka has let it {opening.Awaits}"
                    : null;
            }
        }
    }

    /// <returns>False where its client did not get into the group, or a commit of it had no answer, and another should be tried.</returns>
    public async Task<bool> RunAsync()
    {
        new Thread(TakePart, maxStackSize: 256 << 10) { IsBackground = true, Name = Group }.Start();
        Task watching = WatchAsync();

        // What a cluster that does not answer keeps under way would keep the work from ending.
        await using CancellationTokenRegistration closing = _ending.Token.Register(() => Task.Delay(Options.CloseTimeout).ContinueWith(_ => _writer.GiveUp(), TaskScheduler.Default));
        await _left.Task.ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        await _writer.StopAsync().ConfigureAwait(false);
        _offsets.Dispose();
        _first?.Throw();
        return !Volatile.Read(ref _isStuck);
    }

    /// <summary>
    /// The generation of the group in which each of <paramref name="good"/> is this member's; null where none is left. A grant under another member id was lost, though
    /// nobody may have said so yet: and a member that the group has forgotten has no generation, with which the cluster would let everything pass.
    /// </summary>
    public IConsumerGroupMetadata? Generation(IEnumerable<PartitionGrant> grants, out HashSet<PartitionGrant> good)
    {
        lock (_gate)
        {
            (string before, IConsumerGroupMetadata generation, string after) = _shared.Call(consumer => (consumer.MemberId, consumer.ConsumerGroupMetadata, consumer.MemberId));
            bool isMember = before.Length > 0 && before == after;
            good = [.. grants.Where(grant => isMember && !grant.IsOver && grant.MemberId == before)];
            return good.Count > 0 ? generation : null;
        }
    }

    /// <summary>What the group has committed, once no transaction that may move it is under way; -1 where it never committed.</summary>
    /// <exception cref="KafkaException">There is no answer for now.</exception>
    public long CommittedOffset(TopicPartition place)
    {
        TopicPartitionOffset committed = _shared.Call(consumer => consumer.Committed([place], Options.RequestTimeout)[0]);
        return committed.Offset == Offset.Unset ? -1 : committed.Offset.Value;
    }

    /// <summary>
    /// Moves the cursor alone. The cluster refuses it from a member whose generation is not the group's newest. A client that has no answer is given up for another: it does not take part
    /// in the group's changes until it has one (librdkafka 2.16), so that the whole group would wait for it.
    /// </summary>
    /// <returns>False where the partition is not this member's any more, and nothing was moved.</returns>
    public async Task<bool> CommitAsync(PartitionGrant grant, long nextFrame, PartitionFetch thread, CancellationToken cancellationToken)
    {
        long began = Options.Time.GetTimestamp();
        while (true)
        {
            grant.Ending.ThrowIfCancellationRequested();
            try
            {
                return await thread.RunAsync(() =>
                {
                    if (Generation([grant], out _) is not null)
                    {
                        return _shared.Call(consumer =>
                        {
                            consumer.Commit([new TopicPartitionOffset(grant.Place, nextFrame)]);
                            return true;
                        });
                    }

                    return false;
                }).WaitAsync(Options.AppendTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (KafkaException exception) when (KafkaFaults.IsStaleMember(exception.Error))
            {
                await Task.Delay(KafkaOffsets.SettleWait, Options.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is KafkaException or TimeoutException)
            {
                if (exception is TimeoutException)
                {
                    GiveUpClient();
                }

                throw exception is KafkaException permanent && KafkaFaults.IsPermanent(permanent.Error)
                    ? new LogFailedException($"{Group} could not commit {grant.Place}: {KafkaFaults.Reason(exception)}.", exception)
                    : new LogUnavailableException($"{Group} could not commit {grant.Place} in {Options.Time.GetElapsedTime(began)}: {KafkaFaults.Reason(exception)}.{_clients.Complaint}", exception);
            }
        }
    }

    private void TakePart()
    {
        _began = Options.Time.GetTimestamp();
        try
        {
            _consumer.Subscribe(_clients.Named(_topic));
            while (!_ending.IsCancellationRequested)
            {
                Poll();
                GiveUpIfStuck();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        PartitionGrant[] grants;
        lock (_gate)
        {
            grants = [.. _grants.Values];
        }

        // The work ends by itself: until it has, the partitions stay this member's, and it goes on taking part.
        Task all = Task.WhenAll(grants.Select(grant => grant.Work));
        while (!all.IsCompleted)
        {
            try
            {
                Poll();
            }
            catch (Exception exception)
            {
                Fail(exception);
                break;
            }
        }

        Leave(all);
    }

    private void Poll()
    {
        try
        {
            _consumer.Consume(PollWait);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal && exception.Error.Code != ErrorCode.Local_Application && !KafkaFaults.IsPermanent(exception.Error, Options, _began))
        {
            // The client goes on trying by itself. What is permanent ends the member.
        }

        if (_toPause.Count > 0)
        {
            _consumer.Pause(_toPause);
            _toPause = [];
        }
    }

    private void GiveUpIfStuck()
    {
        if (_patience.IsAtAnEnd(_consumer.MemberId))
        {
            GiveUpClient();
        }
    }

    private void GiveUpClient()
    {
        Volatile.Write(ref _isStuck, true);
        _ending.Cancel();
    }

    /// <summary>Leaving tells the group, so that others are given the partitions at once; a cluster that does not answer is not waited for.</summary>
    private void Leave(Task work)
    {
        Task leaving = Task.Factory.StartNew(_shared.GiveUp, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task.WhenAny(leaving, Task.Delay(Options.CloseTimeout)).ContinueWith(_ => work, TaskScheduler.Default).Unwrap().ContinueWith(_ => _left.SetResult(), TaskScheduler.Default);
    }

    private TopicPartitionOffset Give(TopicPartition place)
    {
        lock (_gate)
        {
            Task before = _grants.TryGetValue(place.Partition.Value, out PartitionGrant? earlier) ? earlier.Work : Task.CompletedTask;
            PartitionGrant grant = new(this, place, _consumer.MemberId, _ending.Token);
            _grants[place.Partition.Value] = grant;
            grant.Work = Task.Run(() => WorkAsync(grant, before));
            _toPause.Add(place);
        }

        return new TopicPartitionOffset(place, Offset.End);
    }

    /// <summary>
    /// No cursor moves from here on but by what is under way. The group waits for this call before it gives the partitions to another; where the work does not end in
    /// time the generation ends without it, and what it still tries to commit is refused.
    /// </summary>
    private void TakeAway(List<TopicPartitionOffset> places)
    {
        List<Task> working = [];
        lock (_gate)
        {
            foreach (PartitionGrant grant in places.Select(place => _grants.GetValueOrDefault(place.Partition.Value)).OfType<PartitionGrant>())
            {
                grant.End();
                working.Add(grant.Work);
            }
        }

        Task.WaitAll([.. working], Options.RevokeTimeout);
    }

    private async Task WorkAsync(PartitionGrant grant, Task before)
    {
        try
        {
            await _work.RunAsync(grant, before).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (grant.Ending.IsCancellationRequested)
        {
            // Asked for, or the partition was taken away, or the end of a sibling whose exception is thrown.
        }
        catch (OperationCanceledException exception)
        {
            await EndLostAsync(grant, exception).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>A unit was lost because the member had fallen out of the group, which the client has not said yet. It does soon; where it does not, the member begins anew.</summary>
    private async Task EndLostAsync(PartitionGrant grant, OperationCanceledException exception)
    {
        try
        {
            await Task.Delay(Options.SessionTimeout * 2, Options.Time, grant.Ending).ConfigureAwait(false);
            Fail(new LogFailedException($"{Group} lost a unit of work of {grant.Place}, and was not told that the partition is another's.", exception));
        }
        catch (OperationCanceledException)
        {
            // Said.
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            await _watch.RunAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref _first, ExceptionDispatchInfo.Capture(exception), null);
        _ending.Cancel();
    }
}
