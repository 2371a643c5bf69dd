using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Ingest.Tests;

public sealed class KeySetTests
{
    [Fact]
    public void Keys_are_told_apart_as_a_hash_set_tells_them_however_their_slots_collide()
    {
        // Few low halves, 0 among them, make long runs of taken slots; few high halves make repeats.
        Gen<UInt128> key = from high in Gen.Choose(0, 40) from low in Gen.Elements(0UL, 1UL, 255UL, 256UL, ulong.MaxValue) select new UInt128((ulong)high, low);
        Gen<UInt128[]> requests = Gen.ArrayOf(key);
        KeySet keys = new();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(requests.ToArbitrary(), request =>
        {
            keys.Clear();
            HashSet<UInt128> plain = [];
            return request.All(one => keys.Add(one) == plain.Add(one));
        }));
    }

    [Fact]
    public void A_large_request_and_a_small_one_after_it_each_begin_empty()
    {
        KeySet keys = new();
        foreach (int count in (int[])[KeySet.MaxKeptSlots, 10, 1000])
        {
            keys.Clear();
            Assert.All(Enumerable.Range(0, count), n => Assert.True(keys.Add(new UInt128(1, (ulong)n * 7))));
            Assert.All(Enumerable.Range(0, count), n => Assert.False(keys.Add(new UInt128(1, (ulong)n * 7))));
        }
    }
}
