using Perimeter.Domain;
using Perimeter.Rating.Explain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

/// <summary>A call that lasts longer than its trunk group's longest duration is rated as it stands, and marked.</summary>
public sealed class SuspectTests
{
    private const long Hour = 3_600_000;

    private static Carrier Longest(int customerSeconds, int vendorSeconds) => new Carrier()
        .With(Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer) with { LongestSeconds = customerSeconds })
        .With(Carrier.Group(20, "vendor-out", 2, Direction.Termination, Relation.Vendor) with { LongestSeconds = vendorSeconds })
        .Assign(10, CallClass.International, Deck(Row("49", "0.06")))
        .Assign(20, CallClass.International, Deck(Row("49", "0.03")));

    [Theory]
    [InlineData(Hour, null, false)]
    [InlineData(Hour + 1, null, true)]
    [InlineData(null, null, false)]
    [InlineData(Hour, Hour + 1, true)]
    [InlineData(12 * Hour, null, true)]
    public void A_millisecond_above_the_longest_duration_of_either_side_marks_a_call(long? rawMsA, long? rawMsB, bool isSuspect)
    {
        RatedCallBatch batch = Rate(Longest(3600, 3600), new Call { RawMs = rawMsA, RawMsB = rawMsB });
        Assert.Equal(isSuspect ? CallMarks.Suspect : CallMarks.None, batch.Events[0].Marks);
    }

    [Fact]
    public void It_is_charged_all_the_same_and_keeps_what_else_was_noted_of_it()
    {
        Carrier carrier = Longest(3600, 86_400);
        RatedCallBatch batch = new();
        new Call { RawMs = 2 * Hour }.AddTo(batch.Events);
        batch.Events[0].Marks = CallMarks.AnswerTaken;
        new Rater().Rate(carrier.Compile(), batch);
        Assert.Equal(CallMarks.AnswerTaken | CallMarks.Suspect, batch.Events[0].Marks);
        Assert.Equal((Money.Parse("7.2"), Money.Parse("3.6")), (batch.A[0].Charge, batch.B[0].Charge));
    }

    [Fact]
    public void A_call_on_no_known_group_has_no_longest_duration()
    {
        RatedCallBatch batch = Rate(Longest(3600, 3600), new Call { A = "nobody", B = "nobody", RawMs = 20 * Hour });
        Assert.Equal(CallMarks.None, batch.Events[0].Marks);
    }

    [Fact]
    public void Explaining_says_which_group_and_how_long()
    {
        Carrier carrier = Longest(86_400, 3600);
        RatedCallBatch batch = Rate(carrier, new Call { RawMs = 2 * Hour });
        CallExplanation explained = new Rater().Explain(carrier.Compile(), batch.Events, 0);
        const string why = "it lasted 7200 s, longer than the 3600 s of trunk group 'vendor-out' (longest_duration): its BYE may be lost. It is rated as it stands";
        Assert.Equal(why, explained.Suspect);
        Assert.Contains("  Suspect: " + why, ExplanationText.Render(explained), StringComparison.Ordinal);
        Assert.Contains("\"suspect\": \"it lasted 7200 s", ExplanationJson.Render(explained), StringComparison.Ordinal);

        batch = Rate(carrier, new Call());
        Assert.Null(new Rater().Explain(carrier.Compile(), batch.Events, 0).Suspect);
    }

    private static RatedCallBatch Rate(Carrier carrier, Call call)
    {
        RatedCallBatch batch = new();
        call.AddTo(batch.Events);
        new Rater().Rate(carrier.Compile(), batch);
        return batch;
    }
}
