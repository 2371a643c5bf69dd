using System.Collections.Concurrent;
using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>Units of work that come one after another go in one transaction; told by their places, between which a transaction leaves a mark.</summary>
public sealed class UnitIntervalTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Longer than a test waits.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly string _prefix = $"t{Guid.NewGuid():N}.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_unit_goes_at_once_and_others_wait_until_much_is_there_and_go_together()
    {
        await using KafkaLog log = await KafkaLog.OpenAsync(await OptionsAsync(Long), Cancelled);
        await using Work work = await Work.BeginAsync(log);
        long first = await work.CommitAsync(0, bytes: 10).WaitAsync(Bound, Cancelled);
        Task<long> small = work.CommitAsync(0, bytes: 10);
        Task<long> large = work.CommitAsync(1, bytes: 3 << 20);
        long[] places = await Task.WhenAll(small, large).WaitAsync(Bound, Cancelled);

        // Behind the first its mark; between these two nothing.
        Assert.Equal([first + 2, first + 3], places.Order());
    }

    [Fact]
    public async Task What_waits_goes_when_the_interval_is_over()
    {
        await using KafkaLog log = await KafkaLog.OpenAsync(await OptionsAsync(TimeSpan.FromSeconds(1)), Cancelled);
        await using Work work = await Work.BeginAsync(log);
        await work.CommitAsync(0, bytes: 10).WaitAsync(Bound, Cancelled);
        await work.CommitAsync(0, bytes: 10).WaitAsync(Bound, Cancelled);
    }

    [Fact]
    public async Task Without_an_interval_each_goes_when_it_comes()
    {
        await using KafkaLog log = await KafkaLog.OpenAsync(await OptionsAsync(TimeSpan.Zero), Cancelled);
        await using Work work = await Work.BeginAsync(log);
        List<long> places = [];
        for (int i = 0; i < 3; i++)
        {
            places.Add(await work.CommitAsync(i % 2, bytes: 10).WaitAsync(Bound, Cancelled));
        }

        Assert.Equal([places[0], places[0] + 2, places[0] + 4], places);
    }

    [Fact]
    public async Task What_waits_does_not_keep_the_member_from_ending()
    {
        await using KafkaLog log = await KafkaLog.OpenAsync(await OptionsAsync(Long), Cancelled);
        Work work = await Work.BeginAsync(log);
        await work.CommitAsync(0, bytes: 10).WaitAsync(Bound, Cancelled);
        Task<long> waiting = work.CommitAsync(0, bytes: 10);
        await work.DisposeAsync().AsTask().WaitAsync(Bound, Cancelled);
        Assert.NotNull(await Record.ExceptionAsync(() => waiting));
    }

    private async Task<KafkaLogOptions> OptionsAsync(TimeSpan interval) => await KafkaContractTests.OptionsAsync(_prefix) with { UnitInterval = interval };

    /// <summary>Partitions whose units are committed when the test says so.</summary>
    private sealed class Work : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        private readonly ConcurrentDictionary<int, IPartitionReader> _readers = new();
        private Task _running = Task.CompletedTask;

        public static async Task<Work> BeginAsync(KafkaLog log)
        {
            Work work = new();
            for (int partition = 0; partition < 2; partition++)
            {
                await log.AppendAsync([new LogOutput("a", partition, Encoding.UTF8.GetBytes("frame"))], Cancelled);
            }

            work._running = log.ConsumeAsync(
                "a",
                "g",
                async (reader, ending) =>
                {
                    if (reader.Partition < 2)
                    {
                        await reader.ReadAsync(new ReadLimits(10, 1 << 20), Bound, ending);
                        work._readers[reader.Partition] = reader;
                    }

                    await Task.Delay(Timeout.Infinite, ending);
                },
                work._stop.Token);
            await Until.HoldsAsync(() => work._readers.Count == 2, () => "the partitions were not given", Bound, Cancelled);
            return work;
        }

        /// <returns>Where the output is, in one partition for all.</returns>
        public async Task<long> CommitAsync(int partition, int bytes) =>
            (await _readers[partition].CommitAsync(_readers[partition].NextFrame, [new LogOutput("b", 0, new byte[bytes])], _stop.Token))[0].Frame;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }
    }
}
