using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

public sealed class SnapshotTests
{
    private static RateDeckConfig Rich => Deck(Row("49", "0.1"), Row("4915", "0.2") with { Destination = new DestinationId(2) });

    private static Carrier Two => new Carrier().Assign(10, CallClass.International, Rich).Assign(20, CallClass.International, Deck(Row("49", "0.05")));

    /// <summary>The same configuration, read again: no object is the same.</summary>
    private static RatingConfig ReadAgain(RatingConfig config) =>
        config with { Decks = [.. config.Decks.Select(static deck => deck with { Rows = [.. deck.Rows.Select(static row => row with { })] })] };

    [Fact]
    public void A_deck_that_is_unchanged_is_shared_with_the_snapshot_before()
    {
        RatingSnapshot first = Two.Compile();
        RatingConfig again = ReadAgain(first.Config);
        RateDeckConfig changed = again.Decks[1] with { Rows = [Row("49", "0.06") with { Line = 2 }] };
        RatingSnapshot second = RatingSnapshot.Compile(again with { Decks = [again.Decks[0], changed] }, first).Snapshot!;
        Assert.Same(first.Decks.Decks[new RateDeckId(100)], second.Decks.Decks[new RateDeckId(100)]);
        Assert.NotSame(first.Decks.Decks[new RateDeckId(101)], second.Decks.Decks[new RateDeckId(101)]);
        Assert.Same(first.Decks.International, second.Decks.International);
    }

    [Fact]
    public void A_snapshot_that_shares_rates_as_one_compiled_anew()
    {
        RatingSnapshot first = Two.Compile();
        RatingConfig again = ReadAgain(first.Config);
        RatingConfig next = again with { Revision = new ConfigRevision(8), Decks = [again.Decks[0], again.Decks[1] with { Rows = [Row("4915", "0.07"), Row("4", "0.01")] }] };
        RatingSnapshot shared = RatingSnapshot.Compile(next, first).Snapshot!;
        RatingSnapshot anew = RatingSnapshot.Compile(next, null).Snapshot!;
        foreach (string dnis in (string[])["4930123", "4915123", "4415123", "3315123"])
        {
            Assert.Equal(RateBy(anew, dnis), RateBy(shared, dnis));
        }
    }

    [Fact]
    public void Settings_and_dates_of_a_deck_count_as_changes()
    {
        RatingSnapshot first = Two.Compile();
        RateDeckConfig deck = first.Config.Decks[0];
        foreach (RateDeckConfig changed in (RateDeckConfig[])[deck with { Settings = deck.Settings with { GraceSeconds = 1 } }, deck with { InForce = From("2026-01-01") }])
        {
            RatingSnapshot second = RatingSnapshot.Compile(first.Config with { Decks = [changed, first.Config.Decks[1]] }, first).Snapshot!;
            Assert.NotSame(first.Decks.Decks[deck.Id], second.Decks.Decks[deck.Id]);
        }
    }

    [Fact]
    public void A_bad_configuration_gives_no_snapshot_and_leaves_the_one_before_as_it_was()
    {
        RatingSnapshot first = Two.Compile();
        SnapshotCompilation bad = RatingSnapshot.Compile(first.Config with { Decks = [] }, first);
        Assert.Null(bad.Snapshot);
        Assert.Equal(2, bad.Errors.Count);
        Assert.Equal(RatingOutcome.Rated, RateBy(first, "4930123").A.Outcome);
    }

    [Fact]
    public void Ten_thousand_calls_allocate_nothing()
    {
        RatingSnapshot snapshot = Two
            .With(Carrier.Group(11, "hash", 1, Direction.Termination, Relation.Customer, NumberingForm.Nanp, "99#"))
            .Assign(10, CallClass.UsCanada, UsDeck(Row("1201"), Row("1787")))
            .Compile();
        RatedCallBatch batch = new();
        for (int i = 0; i < 10_000; i++)
        {
            ((i % 8) switch
            {
                0 => new Call(),
                1 => new Call { Dnis = "12015550100", Lrn = "2015550100" },
                2 => new Call { Dnis = "17875550100", RawMs = null, Final = false },
                3 => new Call { A = "nobody", B = "" },
                4 => new Call { A = "11", Dnis = "99#0114915123" },
                5 => new Call { A = "", SourceIp = "192.0.2.1", Dnis = "x" },
                6 => new Call { DnisSent = "+4915123", AniSent = "+4915" },
                _ => new Call { A = "did-in", B = "did-out", Dnis = "18005550100" },
            }).AddTo(batch.Events);
        }

        Rater rater = new();
        rater.Rate(snapshot, batch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        rater.Rate(snapshot, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Ten_thousand_calls_by_one_deck_allocate_nothing()
    {
        OneDeckRater rater = Compile(UsDeck(Row("1201"), Row("1201555") with { InForce = From("2026-01-01") }));
        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++)
            {
                OneDeckCall call = new() { Ani = "19735550100"u8, Dnis = "+12015550100"u8, Lrn = "2015550100"u8, SetupMs = i, Answered = true, RawMs = i };
                rater.Rate(call, out _);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated();
        Assert.Equal(0, Allocated());
    }

    private static (RatedSide A, RatedSide B) RateBy(RatingSnapshot snapshot, string dnis)
    {
        RatedCallBatch batch = new();
        new Call { Dnis = dnis }.AddTo(batch.Events);
        new Rater().Rate(snapshot, batch);
        return (batch.A[0], batch.B[0]);
    }
}
