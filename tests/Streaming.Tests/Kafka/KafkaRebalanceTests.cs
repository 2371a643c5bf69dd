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

    private Task<KafkaLogOptions> OptionsAsync(string instance) => KafkaContractTests.OptionsAsync(_prefix, instance);
}
