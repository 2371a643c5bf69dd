using System.Globalization;
using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>
/// Numbers of our own, decks and calls as a person would write them. A call comes in from a vendor (A) and goes out to a customer (B), both by the same deck.
/// Columns that begin with <c>a_</c> or <c>b_</c> are of one side, the others of both; <c>why</c> is for the reader.
/// </summary>
public sealed class NumberingGoldenTests
{
    [Theory]
    [InlineData("did")]
    [InlineData("did-international")]
    [InlineData("tollfree-international")]
    public void Every_call_of_the_file_comes_to_what_the_file_says(string name)
    {
        RateDeckConfig deck = GoldenTests.ReadDeck($"{name}.deck.csv");
        CallClass callClass = deck.Settings.Type == DeckType.Did ? CallClass.Did : CallClass.TollFree;
        Carrier carrier = new Carrier().Assign(30, callClass, deck).Assign(40, callClass, deck);
        carrier.Config = carrier.Config with { Numbers = [.. GoldenFile.Read($"{name}.numbering.csv").Rows.Select(ReadNumber)] };
        List<string> wrong = [];
        IReadOnlyList<GoldenRow> calls = GoldenFile.Read($"{name}.calls.csv").Rows;
        foreach (GoldenRow call in calls)
        {
            (RatedSide a, RatedSide b) = carrier.Rate(new Call
            {
                A = "did-in",
                B = "did-out",
                Ani = call["ani"],
                Dnis = call["dnis"],
                Oli = call["oli"],
                Setup = call["setup"],
                RawMs = call["duration_ms"].Length == 0 ? null : long.Parse(call["duration_ms"], CultureInfo.InvariantCulture),
            });
            wrong.AddRange(Differences(call, "a_", a, deck).Concat(Differences(call, "b_", b, deck)));
        }

        Assert.Empty(wrong);
        Assert.True(calls.Count >= 20);
    }

    private static IEnumerable<string> Differences(GoldenRow call, string side, RatedSide rated, RateDeckConfig deck)
    {
        Dictionary<string, string> got = new()
        {
            ["outcome"] = rated.Outcome.ToString(),
            ["code"] = rated.DeckRow < 0 ? "" : deck.Rows[rated.DeckRow].CodeText,
            ["rate"] = rated.Rate.ToString(),
            ["billed_seconds"] = rated.BilledSeconds.ToString(CultureInfo.InvariantCulture),
            ["charge"] = rated.Charge.ToString(),
        };
        foreach ((string column, string value) in got)
        {
            string expected = call.Has(side + column) ? call[side + column] : call[column];
            if (expected != value)
            {
                yield return $"{call.Place}: {side}{column} is {value}, not {expected}";
            }
        }
    }

    private static NumberConfig ReadNumber(GoldenRow row) => new(
        int.Parse(row["id"], CultureInfo.InvariantCulture),
        E164.Parse(row["number"]),
        row["type"] == "did" ? NumberType.Did : NumberType.TollFree,
        Tier(row["customer_tier"]),
        Tier(row["vendor_tier"]),
        "",
        new Interval(
            row["effective"].Length == 0 ? Interval.BeginningMs : TestDecks.At(row["effective"]),
            row["expiration"].Length == 0 ? Interval.EndlessMs : TestDecks.At(row["expiration"])),
        row.Line);

    private static byte Tier(string text) => text.Length == 0 ? (byte)0 : byte.Parse(text, CultureInfo.InvariantCulture);
}
