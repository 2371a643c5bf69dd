using System.Text;
using System.Text.RegularExpressions;

namespace Perimeter.Streaming.Tests;

public sealed class CallKeyTests
{
    /// <summary>murmur2.csv is what org.apache.kafka.common.utils.Utils.murmur2 of kafka-clients 4.3.1 gives for the UTF-8 bytes of each key.</summary>
    public static TheoryData<string, int, int, int> Vectors()
    {
        TheoryData<string, int, int, int> data = [];
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "murmur2.csv")).Skip(1))
        {
            string[] cells = line.Split(',');
            data.Add(Regex.Unescape(cells[0]), int.Parse(cells[1], null), int.Parse(cells[2], null), int.Parse(cells[3], null));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_key_has_the_partition_that_Kafkas_own_client_gives_it(string key, int murmur2, int of4, int of12)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        Assert.Equal(murmur2, CallKey.Murmur2(bytes));
        int slash = Array.IndexOf(bytes, (byte)'/');
        if (slash >= 0)
        {
            Assert.Equal(of4, CallKey.PartitionOf(bytes.AsSpan(0, slash), bytes.AsSpan(slash + 1), 4));
            Assert.Equal(of12, CallKey.PartitionOf(bytes.AsSpan(0, slash), bytes.AsSpan(slash + 1), 12));
        }
    }
}
