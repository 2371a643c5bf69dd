using Confluent.Kafka;

namespace Perimeter.Streaming.Tests;

public sealed class SharedClientTests
{
    private sealed class Client(int number)
    {
        public int Number { get; } = number;

        public bool IsGone { get; set; }

        public int Ask() => IsGone ? throw new ObjectDisposedException("handle is destroyed") : Number;

        public async Task<int> AskAsync()
        {
            await Task.Yield();
            return Ask();
        }
    }

    [Fact]
    public async Task A_client_that_has_ended_itself_is_made_anew_for_the_next_call()
    {
        List<Client> made = [];
        List<int> ended = [];
        SharedClient<Client> shared = new(
            () =>
            {
                made.Add(new Client(made.Count));
                return made[^1];
            },
            client => ended.Add(client.Number));
        Assert.Equal(0, shared.Call(client => client.Ask()));
        made[0].IsGone = true;
        Assert.Throws<KafkaException>(() => shared.Call(client => client.Ask()));
        Assert.Equal(1, shared.Call(client => client.Ask()));
        made[1].IsGone = true;
        await Assert.ThrowsAsync<KafkaException>(() => shared.CallAsync(client => client.AskAsync()));
        Assert.Equal(2, await shared.CallAsync(client => client.AskAsync()));
        shared.GiveUp();
        Assert.Equal([2], ended);
        Assert.Throws<ObjectDisposedException>(() => shared.Call(client => client.Ask()));
        Assert.Equal(3, made.Count);
    }

    [Fact]
    public void Who_is_in_a_call_ends_a_client_that_is_given_up_meanwhile()
    {
        List<int> ended = [];
        SharedClient<Client> shared = new(() => new Client(7), client => ended.Add(client.Number));
        Assert.Equal(7, shared.Call(client =>
        {
            shared.GiveUp();
            Assert.Empty(ended);
            return client.Ask();
        }));
        Assert.Equal([7], ended);
    }
}
