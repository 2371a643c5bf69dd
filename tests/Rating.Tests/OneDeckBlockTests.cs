using System.Text;
using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

public sealed class OneDeckBlockTests
{
    [Fact]
    public void A_block_rates_each_call_as_it_is_rated_alone_whatever_its_size()
    {
        Seeds.Check(150, seed =>
        {
            Random random = new(seed);
            RateRow[] rows = [.. Enumerable.Range(0, 60).Select(_ => Digits(random, 4)).Distinct().Select((code, i) => TestDecks.Row(code, $"0.{i + 1}"))];
            OneDeckRater rater = TestDecks.Compile(TestDecks.Deck(new RateDeckSettings { Type = random.Next(2) == 0 ? DeckType.InternationalDialed : DeckType.OriginBased }, rows));
            OneDeckBlock block = new(rater);
            for (int round = 0; round < 3; round++)
            {
                RatedSide[] alone = new RatedSide[random.Next(OneDeckBlock.MaxCalls + 1)];
                for (int i = 0; i < alone.Length; i++)
                {
                    OneDeckCall call = new()
                    {
                        // Some are no numbers at all.
                        Dnis = Encoding.ASCII.GetBytes(random.Next(8) == 0 ? "x" : Digits(random, 8)),
                        Ani = random.Next(2) == 0 ? default : Encoding.ASCII.GetBytes(Digits(random, 3)),
                        Answered = random.Next(4) > 0,
                        RawMs = random.Next(100_000),
                    };
                    rater.Rate(call, out alone[i]);
                    block.Add(call);
                }

                Assert.Equal(alone.Length == OneDeckBlock.MaxCalls, block.IsFull);
                Assert.Equal(alone, block.Rate().ToArray());
                block.Clear();
            }
        });
    }

    /// <summary>Few different digits, so that codes nest.</summary>
    private static string Digits(Random random, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => (char)('1' + random.Next(3))));
}
