namespace Perimeter.RatingEngine.Tests;

public sealed class KeyIndexTests(ITestOutputHelper output)
{
    /// <summary>Keys of one tag, the last there is: they lie over the end of the table and from its beginning on.</summary>
    private const int Crowded = 200;

    [Fact]
    public void Over_many_segments_grown_and_shrinking_it_finds_every_key_that_is_there_and_no_other()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        KeyQueue<KeyEntry> queue = new(new KeyBudget(DeduplicationOptions.MostKeys));
        KeyIndex<KeyEntry> index = new(queue);
        List<KeyEntry> all = [];
        int most = 10 << KeySlots.SegmentBits;
        int step = most / 16;
        while (all.Count < most)
        {
            Assert.True(queue.TryReserve(step));
            index.Reserve(step);
            for (int n = 0; n < step; n++)
            {
                // A few in each step belong to the last slot.
                ulong low = n < Crowded / 16 ? ulong.MaxValue - (ulong)random.Next() : unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue));
                KeyEntry entry = new() { High = (ulong)all.Count, Low = low };
                Assert.Equal(-1, index.Find(entry.High, entry.Low, out int slot));
                index.Set(slot, entry.Low, queue.Append(entry));
                all.Add(entry);
            }

            for (int leaving = random.Next(step / 2); leaving > 0; leaving--)
            {
                index.RemoveFirst();
                queue.RemoveFirst();
            }

            Assert.Equal(queue.End - queue.First, index.Count);
            Assert.InRange(index.Bytes, index.Count * sizeof(ulong) * 4L / 3, (long)all.Count * sizeof(ulong) * 4);
            for (int n = 0; n < all.Count; n++)
            {
                long found = index.Find(all[n].High, all[n].Low, out _);
                if (found != (n < queue.First ? -1 : n))
                {
                    Assert.Fail($"Key {n} is found at {found}; those from {queue.First} on are there.");
                }
            }
        }
    }

    [Fact]
    public void Of_tables_that_were_outgrown_nothing_is_left_over()
    {
        const int Keys = KeyBudget.SegmentKeys * 1000;
        DeduplicationOptions options = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        DeduplicationState keys = new(options, new KeyBudget(options.MaxKeys));
        keys.Advance(0);
        Random random = new(1);
        for (int n = 0; n < Keys; n++)
        {
            Assert.True(keys.TryReserve(1));
            keys.Take(new UInt128((ulong)n, unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue))), 0, 0);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{keys.Keys} keys, {keys.Bytes} bytes, {allocated} allocated for them");
        // Each time it grows, the index is left with a segment or two.
        Assert.InRange(allocated, keys.Bytes * 99 / 100, keys.Bytes + (8 << 20));

        // And they lie apart from buffers that come and go.
        GC.Collect();
        Assert.InRange(GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo[4].SizeAfterBytes, keys.Bytes, long.MaxValue);
        GC.KeepAlive(keys);
    }
}
