using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using Perimeter.Domain;

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

    [Fact]
    public void Both_of_a_key_at_once_are_what_each_is_alone()
    {
        foreach (int length in (int[])[0, 1, 7, 40, 255, 1012, 1013, 1016, 1017, 5000])
        {
            byte[] callId = [.. Enumerable.Range(0, length).Select(static n => (byte)('a' + (n % 26)))];
            foreach (ushort attempt in (ushort[])[0, 1, 9, 10, 65535])
            {
                int partition = CallKey.PartitionOf("sbc-1"u8, callId, attempt, 7, out UInt128 hash);
                Assert.Equal((CallKey.PartitionOf("sbc-1"u8, callId, 7), CallKey.Hash("sbc-1"u8, callId, attempt)), (partition, hash));
            }
        }
    }

    [Fact]
    public void The_hash_of_a_key_is_XXH128_of_its_parts_with_NUL_between()
    {
        byte[] whole = [.. "sbc-1\0call-9\0"u8, .. "65535"u8];
        Assert.Equal(XxHash128.HashToUInt128(whole), CallKey.Hash("sbc-1"u8, "call-9"u8, 65535));
        byte[] longId = [.. Enumerable.Repeat((byte)'x', 5000)];
        byte[] longWhole = [.. "s\0"u8, .. longId, .. "\0"u8, .. "1"u8];
        Assert.Equal(XxHash128.HashToUInt128(longWhole), CallKey.Hash("s"u8, longId, 1));
    }

    [Fact]
    public void The_hash_of_the_content_changes_with_every_field_and_not_with_where_the_texts_lie()
    {
        CallEventBatch batch = new();
        CallEventBatch elsewhere = new();
        elsewhere.Texts.Add("something else");
        new RandomCalls(11).Fill(batch, 1);
        batch.CopyTo(0, elsewhere);
        UInt128 content = CallKey.ContentHash(batch[0], batch.Texts);
        Assert.Equal(content, CallKey.ContentHash(elsewhere[0], elsewhere.Texts));

        List<CallEvent> changed = [];
        foreach (CallEventText field in CallEventTexts.All)
        {
            CallEvent other = batch[0];
            CallEventTexts.Of(ref other, field) = batch.Texts.Add($"other {field}");
            changed.Add(other);
        }

        CallEvent e = batch[0];
        changed.AddRange([
            e with { Kind = e.Kind ^ (CallEventKind)1 }, e with { Final = !e.Final }, e with { Burst = !e.Burst }, e with { Attempt = (ushort)(e.Attempt ^ 1) },
            e with { SipCode = e.SipCode ^ 1 }, e with { SourcePort = e.SourcePort ^ 1 }, e with { PddMs = e.PddMs ^ 1 },
            e with { MosThousandths = e.MosThousandths ^ 1 }, e with { RouteRevision = e.RouteRevision ^ 1 }, e with { SetupMs = e.SetupMs ^ 1 },
            e with { ProgressMs = e.ProgressMs ^ 1 }, e with { AnswerMs = e.AnswerMs ^ 1 }, e with { EndMs = e.EndMs ^ 1 },
            e with { AnswerBMs = e.AnswerBMs ^ 1 }, e with { EndBMs = e.EndBMs ^ 1 }, e with { AnswerMs = 5, Marks = CallMarks.AnswerTaken },
        ]);
        Assert.Equal(typeof(CallEvent).GetFields().Count(field => !field.IsStatic), changed.Count);
        Assert.Equal(changed.Count + 1, changed.Select(other => CallKey.ContentHash(other, batch.Texts)).Append(content).Distinct().Count());
    }

    [Fact]
    public void Times_that_were_taken_from_an_answered_event_are_no_content()
    {
        CallEventBatch batch = new();
        new RandomCalls(12).Fill(batch, 1);
        batch[0].Marks = CallMarks.None;
        CallEvent received = batch[0] with { AnswerMs = CallEvent.NoInstant };
        CallEvent filled = received with { AnswerMs = 5, Marks = CallMarks.AnswerTaken };
        Assert.Equal(CallKey.ContentHash(received, batch.Texts), CallKey.ContentHash(filled, batch.Texts));
        received.AnswerBMs = CallEvent.NoInstant;
        filled = received with { AnswerMs = 5, AnswerBMs = 6, Marks = CallMarks.AnswerTaken | CallMarks.AnswerBTaken };
        Assert.Equal(CallKey.ContentHash(received, batch.Texts), CallKey.ContentHash(filled, batch.Texts));
    }

    [Fact]
    public void Bytes_that_move_from_one_text_to_the_next_make_another_content()
    {
        CallEventBatch batch = new();
        ref CallEvent e = ref batch.Add();
        e.Ani = batch.Texts.Add("12");
        e.Dnis = batch.Texts.Add("3");
        UInt128 first = CallKey.ContentHash(e, batch.Texts);
        e.Ani = batch.Texts.Add("1");
        e.Dnis = batch.Texts.Add("23");
        Assert.NotEqual(first, CallKey.ContentHash(e, batch.Texts));
    }
}
