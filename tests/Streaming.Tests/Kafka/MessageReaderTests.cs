using Confluent.Kafka;
using Perimeter.Streaming.Native;

namespace Perimeter.Streaming.Tests;

/// <summary>What a reader reads that is sent elsewhere while it has read ahead.</summary>
public sealed class MessageReaderTests
{
    private const int Messages = 5_000;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_reader_that_is_sent_back_reads_from_there_and_nothing_of_where_it_was()
    {
        KafkaLogOptions options = await KafkaContractTests.OptionsAsync($"t{Guid.NewGuid():N}.") with { Topics = [new("a")], PartitionCount = 1 };
        await using KafkaLog log = await KafkaLog.OpenAsync(options, TestContext.Current.CancellationToken);
        for (int i = 0; i < Messages / 50; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => log.AppendAsync([new LogOutput("a", 0, new byte[200])], TestContext.Current.CancellationToken).AsTask()));
        }

        Random random = Chaos.Seeded();
        using MessageReader reader = new KafkaClients(options).Reader("sent-back");
        TopicPartition place = new(options.Prefix + "a", 0);
        for (int round = 0; round < Chaos.Rounds(inCi: 20, inChaos: 1_000); round++)
        {
            long from = random.Next(Messages - 1_000);
            reader.Assign(place, from);
            int count = random.Next(1, 200);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(from + i, Next(reader));
            }
        }
    }

    private static unsafe long Next(MessageReader reader)
    {
        while (true)
        {
            NativeMessage* message = reader.Peek(Bound);
            Assert.True(message is not null, $"No message came in {Bound.TotalSeconds} s.");
            (long offset, int error) = (message->Offset, message->Error);
            reader.Pass();
            if (error == 0)
            {
                return offset;
            }
        }
    }
}
