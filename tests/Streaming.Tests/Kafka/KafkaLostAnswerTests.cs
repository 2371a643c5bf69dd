using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>
/// Messages that the cluster wrote while its answer was lost, and that the client gives up before it sends them again; and commits that were lost. In a transaction that is aborted then, the client (librdkafka 2.16) gives
/// their sequence numbers to the messages that it sends next; the cluster takes those for the same ones sent again, and says that they are written.
/// </summary>
public sealed class KafkaLostAnswerTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_appended_together_after_that_is_there()
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(doorway), Cancelled);
        await log.AppendAsync(Frames("a", "first"), Cancelled);
        Assert.IsType<LogUnavailableException>(await LoseAnswerAsync(doorway, () => log.AppendAsync(Frames("a", "lost"), Cancelled).AsTask()));
        await log.AppendAsync(Frames("a", "second"), Cancelled);
        await log.AppendAsync(Frames("a", "third"), Cancelled);
        await HoldAsync(log, "a");
    }

    [Fact]
    public async Task A_unit_of_work_that_is_done_again_is_there()
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(doorway), Cancelled);
        for (int i = 0; i < 3; i++)
        {
            await log.AppendAsync(Frames("a", $"{i}"), Cancelled);
        }

        await KafkaReading.FirstPartitionAsync(
            log,
            async (reader, ending) =>
            {
                await reader.CommitAsync(1, Frames("b", "first"), ending);
                Assert.IsType<LogUnavailableException>(await LoseAnswerAsync(doorway, () => reader.CommitAsync(2, Frames("b", "lost"), ending).AsTask()));
                await CommitAsync(reader, 2, "second", ending);
                await CommitAsync(reader, 3, "third", ending);
            },
            Bound,
            Cancelled);
        await HoldAsync(log, "b");
    }

    [Fact]
    public async Task What_is_appended_by_itself_after_that_is_there()
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(doorway), Cancelled);
        await AppendAsync("first");
        Assert.IsType<LogFailedException>(await LoseAnswerAsync(doorway, () => AppendAsync("lost")));
        await AppendAsync("second");
        await AppendAsync("third");

        // Whether what was not answered is there is not known.
        await HoldAsync(log, "a", text => !text.StartsWith("lost", StringComparison.Ordinal));

        Task AppendAsync(string name) => Task.WhenAll(Frames("a", name).Select(frame => log.AppendAsync([frame], Cancelled).AsTask()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_unit_of_work_whose_commit_was_not_heard_does_not_pass_for_written(int nextFrame)
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(Options(doorway) with { Settings = new Dictionary<string, string>() }, Cancelled);
        await log.AppendAsync(Frames("a", "0"), Cancelled);
        await KafkaReading.FirstPartitionAsync(
            log,
            async (reader, ending) =>
            {
                await reader.CommitAsync(0, Frames("b", "first"), ending);
                doorway.Refused = Doorway.EndTransaction;
                Exception? failure = await Record.ExceptionAsync(() => reader.CommitAsync(nextFrame, Frames("b", "lost"), ending).AsTask());
                doorway.Refused = null;

                // Where the cursor was to move it tells that nothing was kept; where not, nothing tells.
                Assert.IsType(nextFrame > 0 ? typeof(LogUnavailableException) : typeof(LogFailedException), failure);
                await CommitAsync(reader, nextFrame, "second", ending);
                await CommitAsync(reader, nextFrame, "third", ending);
            },
            Bound,
            Cancelled);
        await HoldAsync(log, "b");
    }

    /// <summary>A client that waits for the answer to a commit takes no part in its group's changes (librdkafka 2.16), and whoever commits on its thread waits as well.</summary>
    [Fact]
    public async Task Another_client_goes_on_where_one_has_no_answer_to_a_commit()
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        await using KafkaLog log = await KafkaLog.OpenAsync(
            Options(doorway) with
            {
                SessionTimeout = TimeSpan.FromSeconds(6),
                RevokeTimeout = TimeSpan.FromSeconds(2),
                CloseTimeout = TimeSpan.FromSeconds(1),
                Settings = new Dictionary<string, string> { ["retry.backoff.ms"] = "200000", ["retry.backoff.max.ms"] = "200000" },
            },
            Cancelled);
        await log.AppendAsync(Frames("a", "0"), Cancelled);
        await log.AppendAsync(Frames("a", "1"), Cancelled);
        bool isLost = false;
        await KafkaReading.FirstPartitionAsync(
            log,
            async (reader, ending) =>
            {
                if (!isLost)
                {
                    isLost = true;
                    Task lost = doorway.LoseAnswerTo(Doorway.CommitOffsets);
                    Assert.IsType<LogUnavailableException>(await Record.ExceptionAsync(() => reader.CommitAsync(1, ending).AsTask()));
                    Assert.True(lost.IsCompleted);
                    await Task.Delay(Timeout.Infinite, ending);
                }

                // The cluster has heard of the first.
                Assert.Equal(1, reader.CommittedFrame);
                await reader.CommitAsync(2, ending);
            },
            Bound,
            Cancelled);
    }

    [Fact]
    public async Task Another_client_follows_a_foreign_topic_where_one_has_no_answer_to_a_commit()
    {
        await using Doorway doorway = new();
        await using KafkaCluster cluster = await doorway.StartBrokerAsync();
        KafkaLogOptions options = Options(doorway) with
        {
            SessionTimeout = TimeSpan.FromSeconds(6),
            CloseTimeout = TimeSpan.FromSeconds(1),
            Settings = new Dictionary<string, string> { ["retry.backoff.ms"] = "200000", ["retry.backoff.max.ms"] = "200000", ["max.poll.interval.ms"] = "8000" },
        };
        await using KafkaLog log = await KafkaLog.OpenAsync(options, Cancelled);
        await log.AppendAsync(Frames("a", "first"), Cancelled);
        ForeignTopic topic = new(options, options.Prefix + "a", "follower");
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task lost = doorway.LoseAnswerTo(Doorway.CommitOffsets);
        Task following = topic.RunAsync((_, _) => lost.IsCompleted ? stop.CancelAsync() : Task.CompletedTask, stop.Token);
        await lost.WaitAsync(Bound, Cancelled);
        await Until.HoldsAsync(() => topic.Trouble.Contains("another client goes on", StringComparison.Ordinal), () => topic.Trouble, Bound, Cancelled);
        await log.AppendAsync(Frames("a", "second"), Cancelled);
        await following.WaitAsync(Bound, Cancelled);
    }

    private static KafkaLogOptions Options(Doorway doorway) => KafkaContractTests.Options(doorway.Address, "", "one") with
    {
        AppendTimeout = TimeSpan.FromSeconds(4),

        // The cluster aborts nothing and takes nobody's partitions away meanwhile.
        TransactionTimeout = TimeSpan.FromSeconds(30),
        SessionTimeout = TimeSpan.FromSeconds(30),

        // What was not answered is sent again later than the log waits for it.
        Settings = new Dictionary<string, string> { ["retry.backoff.ms"] = "20000", ["retry.backoff.max.ms"] = "20000" },
    };

    private static async Task<Exception?> LoseAnswerAsync(Doorway doorway, Func<Task> write)
    {
        Task lost = doorway.LoseAnswerTo(Doorway.Produce);
        Task writing = write();
        await lost.WaitAsync(Bound, Cancelled);
        return await Record.ExceptionAsync(() => writing.WaitAsync(Bound, Cancelled));
    }

    /// <summary>As a stage does; the client waits before it asks again whatever was not answered at once, and the log may have given it up by then.</summary>
    private static async Task CommitAsync(IPartitionReader reader, long nextFrame, string name, CancellationToken ending)
    {
        while (true)
        {
            try
            {
                await reader.CommitAsync(nextFrame, Frames("b", name), ending);
                return;
            }
            catch (LogUnavailableException)
            {
                // Nothing of it was kept.
            }
        }
    }

    private static async Task HoldAsync(KafkaLog log, string topic, Func<string, bool>? counts = null)
    {
        List<string> there = await KafkaReading.AllAsync(log, topic, Bound, Cancelled);
        Assert.Equal(
            string.Join(" ", Enumerable.Range(0, 4).Select(partition => $"first-{partition} second-{partition} third-{partition}")), string.Join(" ", there.Where(counts ?? (_ => true))));
    }

    private static LogOutput[] Frames(string topic, string name) =>
        [.. Enumerable.Range(0, 4).Select(partition => new LogOutput(topic, partition, Encoding.UTF8.GetBytes($"{name}-{partition}")))];
}
