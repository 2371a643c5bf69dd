using System.Globalization;
using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>Appends and units of work that meet each other.</summary>
public sealed class KafkaAppendTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly ReadLimits OneFrame = new(1, 1);

    private readonly string _prefix = $"t{Guid.NewGuid():N}.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Appends_that_wait_behind_others_which_get_through_are_taken_however_long_it_takes()
    {
        // Each append is a transaction of its own, and a few may wait: more of them than the cluster takes in the time, which is long enough for a broker that pauses for some seconds.
        TimeSpan patience = TimeSpan.FromSeconds(5);
        await using KafkaLog log = await KafkaLog.OpenAsync(
            await KafkaContractTests.OptionsAsync(_prefix) with { AppendTimeout = patience, MaxPendingAppends = 100, MaxTransactionBytes = 1024 }, Cancelled);
        byte[] payload = new byte[1024];
        await AppendAsync();
        TimeSpan longest;
        int count = 800;
        do
        {
            // A fast cluster takes more of them in the time.
            List<Task> appends = [];
            long began = TimeProvider.System.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                appends.Add(AppendAsync());
            }

            await Task.WhenAll(appends).WaitAsync(Bound, Cancelled);
            longest = TimeProvider.System.GetElapsedTime(began);
            count *= 2;
        }
        while (longest <= patience * 2 && count < 10_000);
        Assert.True(longest > patience * 2, $"The longest append took {longest}, which shows nothing.");

        Task AppendAsync() => log.AppendAsync([new LogOutput("a", 0, payload), new LogOutput("a", 1, payload)], Cancelled).AsTask();
    }

    [Fact]
    public async Task Two_members_of_one_instance_work_side_by_side_and_write_each_output_once()
    {
        const int frames = 40;
        await using KafkaLog log = await KafkaLog.OpenAsync(await KafkaContractTests.OptionsAsync(_prefix), Cancelled);
        for (int i = 0; i < frames; i++)
        {
            await log.AppendAsync([new LogOutput("a", i % log.PartitionCount, Encoding.UTF8.GetBytes($"{i}"))], Cancelled);
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        int left = frames;
        using CountdownEvent bothHave = new(2);
        Task[] members = [MemberAsync(), MemberAsync()];
        await Task.WhenAll(members).WaitAsync(Bound, Cancelled);
        Assert.Equal(Enumerable.Range(0, frames), (await KafkaReading.AllAsync(log, "b", Bound, Cancelled)).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Order());

        Task MemberAsync()
        {
            int has = 0;
            return log.ConsumeAsync(
                "a",
                "g",
                async (reader, ending) =>
                {
                    // Neither writes before both can.
                    if (Interlocked.Exchange(ref has, 1) == 0)
                    {
                        bothHave.Signal();
                    }

                    while (!bothHave.IsSet)
                    {
                        await reader.ReadAsync(OneFrame, TimeSpan.FromMilliseconds(20), ending);
                        reader.Seek(reader.CommittedFrame);
                    }

                    while (true)
                    {
                        foreach (LogFrame frame in await reader.ReadAsync(OneFrame, Bound, ending))
                        {
                            await reader.CommitAsync(frame.Position.Frame + 1, [new LogOutput("b", reader.Partition, frame.Payload)], ending);
                            if (Interlocked.Decrement(ref left) == 0)
                            {
                                await stop.CancelAsync();
                            }
                        }
                    }
                },
                stop.Token);
        }
    }
}
