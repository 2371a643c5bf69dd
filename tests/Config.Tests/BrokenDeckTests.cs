using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config.Tests;

public sealed class BrokenDeckTests
{
    private const string Cases = "broken-decks.txt";

    public static IEnumerable<TheoryDataRow<string>> Names() => GoldenCases.Names(Cases);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_deck_says_exactly_what_is_wrong_with_it(string name)
    {
        GoldenCase golden = GoldenCases.Find(Cases, name);
        DeckFile deck = DeckFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(golden.Content)), "deck.csv", OptionsOf(golden));
        Assert.Equal(golden.Expected, deck.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void There_are_thirty_cases_and_more() => Assert.True(GoldenCases.Read(Cases).Count >= 30);

    [Fact]
    public void A_destination_in_another_encoding_than_utf8_is_refused()
    {
        byte[] latin1 = Encoding.Latin1.GetBytes("code,rate,destination\n225,0.1,Côte d'Ivoire\n");
        DeckFile deck = DeckFile.Read(new MemoryStream(latin1), "deck.csv", new DeckReadOptions { Settings = new() { Type = DeckType.InternationalDialed } });
        Assert.Equal("deck.csv:2: column destination: 'C\uFFFDte d'Ivoire' is not UTF-8: save the file as UTF-8", Assert.Single(deck.Errors).ToString());
    }

    private static DeckReadOptions OptionsOf(GoldenCase golden) => new()
    {
        Settings = new RateDeckSettings
        {
            Type = CarrierWords.DeckTypes.First(type => type.Word == golden.Settings.GetValueOrDefault("type", "international-dialed")).Value,
            TimeZone = golden.Settings.GetValueOrDefault("time zone", "UTC"),
        },
        Map = golden.Settings.TryGetValue("map", out string? map) ? new Dictionary<string, string> { [map.Split('=')[0]] = map.Split('=')[1] } : new(),
    };
}
