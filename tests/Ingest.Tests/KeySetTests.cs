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
            int repeats = 0;
            return request.All(one =>
            {
                repeats += plain.Add(one) ? 0 : 1;
                keys.Put(one);

                // Asking now and then does not change the count.
                return repeats % 3 != 0 || keys.Repeats == repeats;
            }) && keys.Repeats == repeats;
        }));
    }

    [Fact]
    public void A_large_request_and_a_small_one_after_it_each_begin_empty()
    {
        KeySet keys = new();
        foreach (int count in (int[])[KeySet.MaxKeptSlots, 10, 1000])
        {
            keys.Clear();
            foreach (int repeats in (int[])[0, count])
            {
                for (int n = 0; n < count; n++)
                {
                    keys.Put(new UInt128(1, (ulong)n * 7));
                }

                Assert.Equal(repeats, keys.Repeats);
            }
        }
    }
}
