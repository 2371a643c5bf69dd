namespace Perimeter.Streaming.Tests;

/// <summary>Members that come and go in mid-work.</summary>
public sealed class KafkaRebalanceTests
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_come_and_go_and_every_frame_is_worked_on_once()
    {
        KafkaLogOptions options = await OptionsAsync("feed");
        Random random = Chaos.Seeded();
        await using KafkaLog log = await KafkaLog.OpenAsync(options, Cancelled);
        await using KafkaFeed feed = new(log, random.Next(), Cancelled);
        List<KafkaMember> members = [new KafkaMember(await OptionsAsync("one"), Cancelled)];
        try
        {
            await feed.ProgressAsync(20, [.. members]);
            for (int i = 0; i < Chaos.Rounds(inCi: 5, inChaos: 60); i++)
            {
                bool comes = members.Count == 1 || (members.Count < 4 && random.Next(2) == 0);
                if (comes)
                {
                    // Under a name that it shares with nobody who is still there.
                    string name = Enumerable.Range(0, 9).Select(nth => $"member{nth}").First(name => members.TrueForAll(member => member.Name != name));
                    members.Add(new KafkaMember(await OptionsAsync(name), Cancelled));
                }
                else
                {
                    KafkaMember leaves = members[random.Next(members.Count)];
                    members.Remove(leaves);
                    await leaves.DisposeAsync();
                }

                // Each member has a share of the partitions, and works.
                await feed.ProgressAsync(20, [.. members]);
            }

            await feed.EndAsync();
        }
        finally
        {
            foreach (KafkaMember member in members)
            {
                await member.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_member_for_whom_there_is_no_partition_stands_by_until_another_goes()
    {
        KafkaLogOptions options = await OptionsAsync("m");
        List<Holder> members = [];

        // As they were when all was known: while the last partition goes from one to another, both may be without for a moment.
        List<Holder> standingBy = [];
        try
        {
            for (int i = 0; i <= options.PartitionCount; i++)
            {
                members.Add(new Holder(await KafkaLog.OpenAsync(options with { Instance = $"m{i}" }, Cancelled), Cancelled));
                await AllKnowAsync(i);
            }

            Holder standing = standingBy.Single();
            Holder going = members.First(member => member != standing);
            members.Remove(going);
            await going.DisposeAsync();
            await Until.HoldsAsync(() => standing is { Partitions: 1, StandsBy: false }, () => $"it has {standing.Partitions} partitions", TimeSpan.FromSeconds(60), Cancelled);
        }
        finally
        {
            foreach (Holder member in members)
            {
                await member.DisposeAsync();
            }
        }

        Task AllKnowAsync(int last) => Until.HoldsAsync(
            () =>
            {
                standingBy = [.. members.Where(member => member.StandsBy)];
                return members.Sum(member => member.Partitions) == options.PartitionCount && standingBy.Count == (last < options.PartitionCount ? 0 : 1);
            },
            () => $"of {members.Count} members, these have and stand by: {string.Join(", ", members.Select(member => (member.Partitions, member.StandsBy)))}",
            TimeSpan.FromSeconds(60),
            Cancelled);
    }

    /// <summary>Holds what it is given and does nothing with it.</summary>
    private sealed class Holder : IAsyncDisposable
    {
        private readonly KafkaLog _log;
        private readonly CancellationTokenSource _stop;
        private readonly Task _holding;
        private int _partitions;

        public Holder(KafkaLog log, CancellationToken cancellationToken)
        {
            _log = log;
            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Assert.False(log.StandsBy("a", "holders"));
            _holding = log.ConsumeAsync("a", "holders", HoldAsync, _stop.Token);
        }

        public int Partitions => Volatile.Read(ref _partitions);

        public bool StandsBy => _log.StandsBy("a", "holders");

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _holding;
            Assert.False(StandsBy);
            await _log.DisposeAsync();
        }

        private async Task HoldAsync(IPartitionReader reader, CancellationToken ending)
        {
            Interlocked.Increment(ref _partitions);
            await Task.Delay(Timeout.InfiniteTimeSpan, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref _partitions);
        }
    }

    private Task<KafkaLogOptions> OptionsAsync(string instance) => KafkaContractTests.OptionsAsync(_prefix, instance);
}
