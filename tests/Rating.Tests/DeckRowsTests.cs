using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>Rates as a deck holds them: what they lose in size they do not lose in value.</summary>
public sealed class DeckRowsTests
{
    /// <summary>Codes that begin no other of them.</summary>
    private static string CodeOf(int row) => $"4{row:000}";

    private static RateDeckConfig DeckOf(IReadOnlyList<long> nanos) =>
        TestDecks.Deck([.. nanos.Select(static (rate, row) => TestDecks.Row(CodeOf(row)) with { Rate = new Rate(rate) })]);

    [Fact]
    public void Every_rate_is_given_back_whatever_the_others_are() =>
        Seeds.Check(300, seed =>
        {
            Random random = new(seed);
            long step = random.Next(3) switch { 0 => 1, 1 => 100_000, _ => random.NextInt64(1, Rate.LimitNanos) };
            long[] nanos = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.NextInt64(-Rate.LimitNanos / step, (Rate.LimitNanos / step) + 1) * step)];
            OneDeckRater rater = TestDecks.Compile(DeckOf(nanos));
            for (int row = 0; row < nanos.Length; row++)
            {
                RatedSide side = rater.Rate($"{CodeOf(row)}5550100");
                Assert.Equal((row, new Rate(nanos[row])), (side.DeckRow, side.Rate));
            }
        });

    [Theory]
    [InlineData(1, Rate.LimitNanos, -Rate.LimitNanos)]
    [InlineData(1, int.MaxValue, int.MinValue)]
    [InlineData(1, int.MaxValue + 1L, int.MinValue - 1L)]
    [InlineData(0, 0, 0)]
    [InlineData(0, Rate.LimitNanos, 0)]
    public void Rates_at_the_edge_of_32_bits_are_given_back(long a, long b, long c)
    {
        OneDeckRater rater = TestDecks.Compile(DeckOf([a, b, c]));
        Assert.Equal([new Rate(a), new Rate(b), new Rate(c)], Enumerable.Range(0, 3).Select(row => rater.Rate($"{CodeOf(row)}5550100").Rate));
    }

    [Fact]
    public void Prices_hold_terms_and_rates_of_every_size_in_their_32_bits() =>
        Seeds.Check(300, seed =>
        {
            Random random = new(seed);
            int termsCount = 1 << random.Next(0, 20);
            long step = random.Next(3) switch { 0 => 1, 1 => 100_000, _ => random.NextInt64(1, Rate.LimitNanos) };
            long[] nanos = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.NextInt64(-Rate.LimitNanos / step, (Rate.LimitNanos / step) + 1) * step)];
            int[] terms = [.. nanos.Select(_ => random.Next(termsCount))];
            DeckPrices prices = new(nanos, terms, termsCount);
            for (int slot = 0; slot < nanos.Length; slot++)
            {
                Assert.Equal((new Rate(nanos[slot]), terms[slot]), (prices.RateOf(slot), prices.TermsOf(slot)));
            }
        });

    [Fact]
    public void Rows_that_are_not_the_latest_of_their_code_keep_their_own_rates()
    {
        RateDeckConfig deck = TestDecks.Deck(
            TestDecks.Row("44", "3") with { InForce = TestDecks.From("2026-02-01") },
            TestDecks.Row("44", "1") with { InForce = TestDecks.From("2026-01-01") },
            TestDecks.Row("4420", "7") with { InForce = TestDecks.Between("2026-01-10", "2026-01-20") },
            TestDecks.Row("44", "2") with { InForce = TestDecks.From("2026-01-15") });
        OneDeckRater rater = TestDecks.Compile(deck);
        (string Setup, int Row, string Rate)[] expected = [("2026-01-05", 1, "1"), ("2026-01-12", 2, "7"), ("2026-01-25", 3, "2"), ("2026-02-05", 0, "3")];
        foreach ((string setup, int row, string rate) in expected)
        {
            RatedSide side = rater.Rate("44205550100", setup: setup);
            Assert.Equal((row, Rate.Parse(rate)), (side.DeckRow, side.Rate));
        }
    }
}
