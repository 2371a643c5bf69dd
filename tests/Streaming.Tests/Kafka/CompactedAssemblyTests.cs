using Confluent.Kafka;

namespace Perimeter.Streaming.Tests;

/// <summary>Parts of long values, with what compaction may leave of them.</summary>
public sealed class CompactedAssemblyTests
{
    private readonly CompactedAssembly _assembly = new("topic [0]");

    [Fact]
    public void What_compaction_left_of_an_earlier_value_is_passed_over()
    {
        LogFrame[] old = Messages("k", 3, 1);
        LogFrame[] newest = Messages("k", 2, 2);

        // Any subset of the earlier value's messages may be left.
        for (int left = 0; left < 1 << old.Length; left++)
        {
            LogFrame[] topic = [.. old.Where((_, i) => (left & (1 << i)) != 0), .. newest];
            CompactedEntry[] given = [.. topic.Select(_assembly.Take).OfType<CompactedEntry>()];
            _assembly.AtEnd();
            Assert.Equal(left == (1 << old.Length) - 1 ? 2 : 1, given.Length);
            Assert.True(given[^1].Value.Span.SequenceEqual(Whole(2, 2)));
        }
    }

    [Fact]
    public void A_newest_value_that_is_not_whole_at_the_end_is_damage_and_named()
    {
        foreach (LogFrame message in Messages("k", 3, 1).Skip(1))
        {
            Assert.Null(_assembly.Take(message));
        }

        Assert.Contains("value of k", Assert.Throws<LogDamagedException>(_assembly.AtEnd).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_that_do_not_match_the_check_are_no_value()
    {
        LogFrame[] one = Messages("k", 2, 1);
        LogFrame[] other = Messages("k", 2, 2);
        Assert.Null(_assembly.Take(one[0]));
        Assert.Null(_assembly.Take(other[1]));
        Assert.Null(_assembly.Take(other[2]));
        Assert.Throws<LogDamagedException>(_assembly.AtEnd);
    }

    private static byte[] Whole(int parts, int seed)
    {
        byte[] value = new byte[((parts - 1) * CompactedFormat.PartBytes) + 1];
        new Random(seed).NextBytes(value);
        return value;
    }

    private static LogFrame[] Messages(string key, int parts, int seed) =>
    [
        .. CompactedFormat.Cut(new TopicPartition("topic", 0), new CompactedEntry(key, Whole(parts, seed))).Select(message => new LogFrame(default, 0, message.Value)
        {
            Key = message.Key,
            Headers = message.Headers is null ? null : [.. message.Headers.Select(header => new LogHeader(header.Key, header.GetValueBytes()))],
        }),
    ];
}
