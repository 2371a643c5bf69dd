using Perimeter.Domain;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>Random calls of a random carrier. FsCheck prints the seed of a failure.</summary>
public sealed class RaterProperties
{
    private static T Pick<T>(Random random, params T[] from) => from[random.Next(from.Length)];

    private static RatingSnapshot RandomCarrier(Random random)
    {
        RateDeckConfig International() => TestDecks.Deck(
            new RateDeckSettings { Type = DeckType.InternationalDialed, PropagationDelay = random.Next(2) == 0, GraceSeconds = random.Next(3) },
            [.. new RandomDeck(random.Next()).Rows]);
        RateDeckConfig UsCanada() => TestDecks.UsDeck(
            TestDecks.Row("1201", null) with { Interstate = new Rate(random.Next(1000)), Intrastate = new Rate(random.Next(1000)) },
            TestDecks.Row("1212", "0.02") with { Blocked = random.Next(2) == 0 },
            TestDecks.Row(Pick(random, "1242", "1787", "1973")),
            TestDecks.Row("1201555") with { InForce = new Interval(random.Next(100), random.Next(100)) });
        Carrier carrier = new Carrier().With(
            Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer, Pick(random, NumberingForm.E164, NumberingForm.Nanp), Pick(random, "", "9#")),
            Carrier.Group(20, "vendor-out", 2, Direction.Termination, Relation.Vendor, Pick(random, NumberingForm.E164, NumberingForm.Nanp)));
        foreach (int group in (int[])[10, 20])
        {
            carrier.Assign(group, CallClass.International, International(), new Interval(random.Next(50), 200));
            if (random.Next(3) > 0)
            {
                carrier.Assign(group, CallClass.UsCanada, UsCanada());
            }
        }

        return carrier.Compile();
    }

    private static void AddCall(Random random, CallEventBatch batch)
    {
        string Number() => random.Next(3) switch
        {
            0 => Pick(random, "12015550100", "2015550100", "+12125550100", "12425550100", "17875550100", "18005550100", "19735550100", "911", "", "anonymous", "0123"),
            _ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)('1' + random.Next(3)))),
        };
        new Call
        {
            A = Pick(random, "acme-in", "10", "did-in", "nobody"), B = Pick(random, "vendor-out", "20", "did-out", ""),
            Ani = Number(), Dnis = Pick(random, "", "9#") + Number(), AniSent = random.Next(2) == 0 ? Number() : "", DnisSent = random.Next(2) == 0 ? Number() : "",
            Lrn = random.Next(2) == 0 ? Number() : "", Final = random.Next(2) == 0, RawMs = random.Next(2) == 0 ? random.Next(0, 300_000) : null,
            RawMsB = random.Next(4) == 0 ? random.Next(0, 300_000) : null,
        }.AddTo(batch);
        ref CallEvent added = ref batch[batch.Count - 1];
        long shift = added.SetupMs - random.Next(-20, 220);
        added.SetupMs -= shift;
        added.EndMs -= shift;
        added.AnswerMs = added.AnswerMs == CallEvent.NoInstant ? CallEvent.NoInstant : added.AnswerMs - shift;
        added.AnswerBMs = added.AnswerBMs == CallEvent.NoInstant ? CallEvent.NoInstant : added.AnswerBMs - shift;
    }

    [Fact]
    public void Explaining_agrees_with_rating_on_every_call_and_all_outcomes_occur()
    {
        HashSet<RatingOutcome> onA = [];
        HashSet<RatingOutcome> onB = [];
        Seeds.Check(150, seed =>
        {
            Random random = new(seed);
            RatingSnapshot snapshot = RandomCarrier(random);
            RatedCallBatch batch = new();

            // Rated in more than one block; explained one by one.
            int calls = random.Next((2 * SideBlock.MaxCalls) + 2);
            for (int i = 0; i < calls; i++)
            {
                AddCall(random, batch.Events);
            }

            Rater rater = new();
            rater.Rate(snapshot, batch);
            for (int row = 0; row < batch.Count; row++)
            {
                CallExplanation explained = rater.Explain(snapshot, batch.Events, row);
                Assert.Equal((batch.A[row], batch.B[row]), (explained.A.Result, explained.B.Result));
                Assert.NotEmpty(ExplanationText.Render(explained));
                CheckSide(batch.A[row], explained.A);
                CheckSide(batch.B[row], explained.B);
                onA.Add(batch.A[row].Outcome);
                onB.Add(batch.B[row].Outcome);
            }
        });
        Assert.Equal(Enum.GetValues<RatingOutcome>().Where(static outcome => outcome != RatingOutcome.None), onA.Order());
        Assert.Equal(Enum.GetValues<RatingOutcome>().Where(static outcome => outcome is not (RatingOutcome.None or RatingOutcome.Advanced)), onB.Order());
    }

    private static void CheckSide(RatedSide side, SideExplanation explained)
    {
        Assert.Equal(side.Outcome == RatingOutcome.Rated, explained.Charge is not null);
        Assert.True(side.Outcome == RatingOutcome.Rated || (side.Charge == Money.Zero && side.SystemCharge == Money.Zero && side.BilledSeconds == 0));
        Assert.Equal(side.DeckRow >= 0, !side.Code.IsNone);
        Assert.Equal(side.DeckRow >= 0, explained.Lookup?.Codes.Any(static code => code.Applied) ?? false);
        Assert.Equal(side.Deck != default, side.ExchangeRate != default);
        if (explained.Duration is { } duration && side.Outcome == RatingOutcome.Rated)
        {
            Assert.Equal((side.Seconds, side.BilledSeconds), ((int)duration.Seconds, (int)duration.BilledSeconds));
        }
    }
}
