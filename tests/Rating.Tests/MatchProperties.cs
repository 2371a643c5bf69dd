using Perimeter.Domain;
using Perimeter.Rating.Charges;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Reference;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>The fast match against looking at every row. FsCheck prints the seed of a failing deck.</summary>
public sealed class MatchProperties
{
    [Fact]
    public void The_fast_match_finds_what_looking_at_every_row_finds_and_every_branch_is_hit()
    {
        BranchesHit hit = new();
        Seeds.Check(400, seed =>
        {
            RandomDeck random = new(seed);
            OneDeckRater rater = TestDecks.Compile(TestDecks.Deck(new RateDeckSettings { Type = DeckType.InternationalDialed }, [.. random.Rows]));
            for (int i = 0; i < 25; i++)
            {
                (string number, long setupMs) = random.Call();
                Assert.Equal(random.Naive(number, setupMs, hit), rater.Rate(number, 1000, setupMs).DeckRow);
            }
        });

        foreach (System.Reflection.PropertyInfo branch in typeof(BranchesHit).GetProperties())
        {
            Assert.True((bool)branch.GetValue(hit)!, $"no random call came by the branch {branch.Name}");
        }
    }

    [Fact]
    public void Decks_laid_over_the_codes_of_all_decks_find_the_rows_that_each_finds_alone() =>
        Seeds.Check(400, seed =>
        {
            RandomDeck[] randoms = [new(seed), new(seed ^ 0x5555), new(unchecked(seed * 31))];
            RateDeck[] decks = [.. randoms.Select(static random => RateDeck.Compile(
                TestDecks.Deck(new RateDeckSettings { Type = DeckType.InternationalDialed }, [.. random.Rows]), 1, [])!)];
            CodeTable table = new([.. decks.SelectMany(static deck => deck.Timelines.Codes).Distinct().Order()]);
            for (int i = 0; i < randoms.Length; i++)
            {
                PlacedDeck placed = new(decks[i], table, ExchangeRateTimeline.SystemCurrency, ReferenceData.Empty);
                for (int call = 0; call < 10; call++)
                {
                    (string number, long setupMs) = randoms[call % randoms.Length].Call();
                    Assert.Equal(randoms[i].Naive(number, setupMs, new BranchesHit()), RowAt(placed, number, setupMs));
                }
            }
        });

    private static int RowAt(PlacedDeck placed, string number, long setupMs)
    {
        int code = placed.CodeOf(E164.Parse(number));
        int slot = placed.SlotAt(code, setupMs);
        Assert.Equal(slot, SlotInSteps(placed, code, setupMs));
        return slot == DeckRows.NoSlot ? DeckRows.NoRow : placed.Deck.Rows.OriginOf(slot).Row;
    }

    /// <summary>As blocks of calls find it.</summary>
    private static int SlotInSteps(PlacedDeck placed, int code, long setupMs)
    {
        if (placed.TryLast(code, setupMs, out int slotOrCode))
        {
            return slotOrCode;
        }

        placed.PrefetchTimeline(slotOrCode);
        placed.PrefetchNext(slotOrCode, setupMs);
        return placed.TimelineSlotAt(slotOrCode, setupMs);
    }

    [Fact]
    public void The_table_finds_the_longest_code_among_many_of_every_length() =>
        Seeds.Check(60, seed =>
        {
            Random random = new(seed);
            string Digits(int count) => string.Create(count, random, static (digits, from) =>
            {
                for (int i = 0; i < digits.Length; i++)
                {
                    digits[i] = (char)('0' + from.Next(i < 3 ? 10 : 3));
                }
            });
            HashSet<string> codes = [.. Enumerable.Range(0, random.Next(0, 3000)).Select(_ => Digits(random.Next(1, 16)))];
            CodeTable table = new([.. codes.Select(static code => E164.Parse(code).Packed).Order()]);
            for (int i = 0; i < 50; i++)
            {
                string number = Digits(random.Next(1, 16));
                string? longest = Enumerable.Range(1, number.Length).Select(length => number[..length]).LastOrDefault(codes.Contains);
                int found = table.Find(E164.Parse(number));
                Assert.Equal(longest, found == CodeTable.None ? null : table[found].ToString());
            }
        });
}
