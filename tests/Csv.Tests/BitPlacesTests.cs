namespace Perimeter.Csv.Tests;

public sealed class BitPlacesTests
{
    private const int Blocks = 20_000;

    [Fact]
    public void Places_are_those_that_a_loop_finds_with_vectors_and_without()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        Random random = new(seed);
        int[] found = new int[BitPlaces.Room];
        for (int n = 0; n < Blocks; n++)
        {
            ulong bits = Bits(random, n);
            int offset = random.Next(-64, 1 << 20);
            int[] expected = [.. Enumerable.Range(0, 64).Where(bit => ((bits >> bit) & 1) != 0).Select(bit => offset + bit)];
            Assert.Equal(expected, found[..BitPlaces.Write(bits, offset, ref found[0])]);
            Assert.Equal(expected, found[..BitPlaces.WriteByFours(bits, offset, ref found[0])]);
        }
    }

    [Fact]
    public void Between_quotes_is_what_a_loop_finds()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        Random random = new(seed);
        for (int n = 0; n < Blocks; n++)
        {
            ulong quotes = Bits(random, n);
            ulong expected = 0;
            bool isInside = false;
            for (int bit = 0; bit < 64; bit++)
            {
                isInside ^= ((quotes >> bit) & 1) != 0;
                expected |= isInside ? 1UL << bit : 0;
            }

            Assert.Equal(expected, BitPlaces.Between(quotes));
        }
    }

    /// <summary>None, all, dense ones and sparse ones.</summary>
    private static ulong Bits(Random random, int n) => (n % 4) switch
    {
        0 => n == 0 ? 0 : n == 4 ? ulong.MaxValue : (ulong)random.NextInt64(),
        1 => (ulong)random.NextInt64() | (ulong)random.NextInt64() << 1 | 1UL << 63,
        2 => (ulong)random.NextInt64() & (ulong)random.NextInt64() & (ulong)random.NextInt64(),
        _ => 1UL << random.Next(64),
    };
}
