using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>
/// How values lie on a compacted topic. A short one is one message under its key. A longer one is cut: messages under <c>KEY/0</c>, <c>KEY/1</c> and so on, each with the
/// header <c>part</c>, and then an empty one under the key itself, with their number and the XxHash128 of the whole in the headers <c>parts</c> and <c>xxh128</c>. All of them are
/// published together, so that what compaction leaves of the newest value is always whole.
/// </summary>
internal static class CompactedFormat
{
    /// <summary>Of a part. Kafka's own limit for a message is 1 MiB: below it, nothing has to be raised anywhere between publisher and reader.</summary>
    public const int PartBytes = 512 << 10;

    public const int MaxKeyBytes = 1024;

    public const int MaxMessageBytes = PartBytes + (64 << 10);

    public const string Part = "part";
    public const string Parts = "parts";
    public const string Hash = "xxh128";

    public static IEnumerable<KafkaMessage> Cut(TopicPartition place, CompactedEntry entry)
    {
        byte[] key = Encoding.UTF8.GetBytes(entry.Key);
        if (entry.Value.Length <= PartBytes)
        {
            yield return new KafkaMessage(place, entry.Value, key);
            yield break;
        }

        int parts = (entry.Value.Length + PartBytes - 1) / PartBytes;
        for (int i = 0; i < parts; i++)
        {
            int from = i * PartBytes;
            yield return new KafkaMessage(
                place, entry.Value.Slice(from, Math.Min(PartBytes, entry.Value.Length - from)), Encoding.UTF8.GetBytes(PartKey(entry.Key, i)), new Headers { { Part, Digits(i) } });
        }

        yield return new KafkaMessage(place, ReadOnlyMemory<byte>.Empty, key, new Headers { { Parts, Digits(parts) }, { Hash, XxHash128.Hash(entry.Value.Span) } });
    }

    public static string PartKey(string key, int part) => string.Create(CultureInfo.InvariantCulture, $"{key}/{part}");

    private static byte[] Digits(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
