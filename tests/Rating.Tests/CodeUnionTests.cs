using Perimeter.Domain;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

public sealed class CodeUnionTests
{
    [Fact]
    public void The_union_has_every_code_once_and_is_a_decks_own_where_that_has_all() =>
        Seeds.Check(300, seed =>
        {
            Random random = new(seed);
            ulong[][] ofDecks = [.. Enumerable.Range(0, random.Next(0, 6)).Select(_ => Draw(random))];
            ulong[] expected = [.. ofDecks.SelectMany(static codes => codes).Distinct().Order()];
            ulong[] union = CodeUnion.Of(ofDecks);
            Assert.Equal(expected, union);
            Assert.Equal(ofDecks.Any(codes => codes.Length == expected.Length), ofDecks.Any(codes => ReferenceEquals(codes, union)));
        });

    private static ulong[] Draw(Random random) =>
        [.. Enumerable.Range(0, random.Next(0, 30)).Select(_ => E164.Parse(random.Next(1, 60).ToString(System.Globalization.CultureInfo.InvariantCulture)).Packed).Distinct().Order()];
}
