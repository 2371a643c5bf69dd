namespace Perimeter.Streaming.Tests;

/// <summary>A member that stands still past its session, while another takes over, and then goes on as if nothing had been.</summary>
public sealed class KafkaZombieTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly string _prefix = $"t{Guid.NewGuid():N}.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_unit_of_work_of_a_member_that_was_stopped_in_it_past_its_session_is_refused_and_nothing_of_it_is_seen()
    {
        string bootstrap = await KafkaBroker.BootstrapAsync();
        Random random = Chaos.Seeded();
        await using KafkaLog log = await KafkaLog.OpenAsync(KafkaChild.Options(bootstrap, _prefix, "feed"), Cancelled);
        await using KafkaFeed feed = new(log, random.Next(), Cancelled);
        KafkaChild zombie = KafkaChild.Start(bootstrap, _prefix);
        await using (zombie)
        {
            for (int i = 0; i < Chaos.Rounds(inCi: 2, inChaos: 30); i++)
            {
                int committed = zombie.Committed;
                await Until.HoldsAsync(() => zombie.Committed > committed && zombie.UnderWay > 0, () => $"the child has committed {zombie.Committed} units", Bound, Cancelled);
                await zombie.StopAsync();
                int lost = zombie.Lost;
                await using (KafkaMember other = new(KafkaChild.Options(bootstrap, _prefix, "other"), Cancelled))
                {
                    // All partitions are the other's, and it goes on where the stopped one was.
                    await Until.HoldsAsync(() => other.Partitions == log.PartitionCount, () => $"the other has {other.Partitions} partitions", Bound, Cancelled);
                    await feed.ProgressAsync(50, other);
                    int underWay = zombie.UnderWay;
                    await zombie.GoOnAsync();

                    // What it was stopped in is refused, unless that had been decided before.
                    await Until.HoldsAsync(() => underWay == 0 || zombie.Lost > lost, () => $"of {underWay} units under way {zombie.Lost - lost} were lost", Bound, Cancelled);
                }
            }

            Assert.True(zombie.Lost > 0, "It was never stopped in a unit of work.");
            await feed.EndAsync();
        }

        // And it ended in good order.
        Assert.True(zombie.Committed > 0);
    }
}
