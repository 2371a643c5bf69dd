using System.Globalization;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Rating.Tests.Building;

/// <summary>Decks and calls in few words.</summary>
internal static class TestDecks
{
    public static long At(string iso) =>
        DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();

    public static Interval From(string iso) => new(At(iso), Interval.EndlessMs);

    public static Interval Between(string from, string to) => new(At(from), At(to));

    public static RateRow Row(string code, string? rate = "0.06") =>
        new() { Code = E164.Parse(code), CodeText = code, Rate = rate is null ? null : Domain.Rate.Parse(rate) };

    public static RateDeckConfig Deck(params RateRow[] rows) => Deck(new RateDeckSettings { Type = DeckType.InternationalDialed }, rows);

    public static RateDeckConfig UsDeck(params RateRow[] rows) => Deck(new RateDeckSettings { Type = DeckType.Npanxx }, rows);

    /// <summary>Lines are numbered from 2 where rows have none.</summary>
    public static RateDeckConfig Deck(RateDeckSettings settings, params RateRow[] rows) => new(
        new RateDeckId(1), "test", Direction.Termination, Relation.Customer, settings, Interval.Always,
        [.. rows.Select(static (row, i) => row.Line == 0 ? row with { Line = i + 2 } : row)]);

    public static OneDeckRater Compile(RateDeckConfig deck) => Compile(deck, []);

    public static OneDeckRater Compile(RateDeckConfig deck, IReadOnlyList<ReferenceRow> reference)
    {
        OneDeckCompilation compilation = OneDeckRater.Compile(deck, reference);
        Assert.Empty(compilation.Errors);
        return compilation.Rater!;
    }

    /// <summary>Rates a call by one deck; answered for so many milliseconds, or not answered where that is null.</summary>
    public static RatedSide Rate(
        this OneDeckRater rater, string dnis, long? rawMs = 60_000, string setup = "2026-01-15", string ani = "", string lrn = "", string dnisSent = "") =>
        rater.Rate(dnis, rawMs, At(setup), ani, lrn, dnisSent);

    public static RatedSide Rate(
        this OneDeckRater rater, string dnis, long? rawMs, long setupMs, string ani = "", string lrn = "", string dnisSent = "", string oli = "")
    {
        OneDeckCall call = new()
        {
            Ani = Encoding.UTF8.GetBytes(ani),
            Dnis = Encoding.UTF8.GetBytes(dnis),
            Lrn = Encoding.UTF8.GetBytes(lrn),
            DnisSent = Encoding.UTF8.GetBytes(dnisSent),
            Oli = Encoding.UTF8.GetBytes(oli),
            SetupMs = setupMs,
            Answered = rawMs is not null,
            RawMs = rawMs ?? 0,
        };
        rater.Rate(call, out RatedSide side);
        Explain.SideExplanation explained = rater.Explain(call, static _ => "");
        Assert.Equal(side, explained.Result);
        return side;
    }
}
