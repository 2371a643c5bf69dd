namespace Perimeter.Streaming.Tests;

/// <summary>A client that does not get into its group, since it waits for an answer that does not come.</summary>
public sealed class KafkaJoinTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_client_takes_the_place_of_one_that_does_not_get_into_its_group()
    {
        KafkaLogOptions direct = await KafkaContractTests.OptionsAsync($"t{Guid.NewGuid():N}.");
        await using Doorway doorway = new(direct.BootstrapServers);
        KafkaLogOptions options = direct with
        {
            BootstrapServers = doorway.Address,
            JoinTimeout = TimeSpan.FromSeconds(2),

            // As long as it can wait for a first word.
            Settings = new Dictionary<string, string> { ["api.version.request.timeout.ms"] = "300000" },
        };
        await using KafkaLog log = await KafkaLog.OpenAsync(options, Cancelled);
        doorway.IsSilent = true;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        TaskCompletionSource worked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task taking = log.ConsumeAsync(
            "a",
            "g",
            async (_, ending) =>
            {
                worked.TrySetResult();
                await Task.Delay(Timeout.Infinite, ending);
            },
            stop.Token);

        await Until.HoldsAsync(() => doorway.KeptWaiting >= 2, () => $"{doorway.KeptWaiting} clients have come", Bound, Cancelled);
        Assert.False(log.StandsBy("a", "g"));
        doorway.IsSilent = false;
        await worked.Task.WaitAsync(Bound, Cancelled);

        await stop.CancelAsync();
        await taking.WaitAsync(Bound, Cancelled);
    }

    [Fact]
    public async Task One_that_is_ended_while_it_tries_ends()
    {
        KafkaLogOptions direct = await KafkaContractTests.OptionsAsync($"t{Guid.NewGuid():N}.");
        await using Doorway doorway = new(direct.BootstrapServers);
        await using KafkaLog log = await KafkaLog.OpenAsync(
            direct with { BootstrapServers = doorway.Address, JoinTimeout = TimeSpan.FromMilliseconds(200), CloseTimeout = TimeSpan.FromSeconds(1) }, Cancelled);
        doorway.IsSilent = true;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task taking = log.ConsumeAsync("a", "g", (_, _) => Task.CompletedTask, stop.Token);
        await Until.HoldsAsync(() => doorway.KeptWaiting >= 3, () => $"{doorway.KeptWaiting} clients have come", Bound, Cancelled);
        await stop.CancelAsync();
        await taking.WaitAsync(Bound, Cancelled);
    }
}
