using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Domain.Tests;

public sealed class CallEventBatchTests
{
    private static readonly Gen<string> Texts = Gen.Frequency(
        (1, Gen.Constant("")), (3, Gen.Elements("a", "é", "漢字", "12015550123", new string('x', 3000))), (1, ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get.Replace("\0", "", StringComparison.Ordinal))));

    [Fact]
    public void An_event_that_is_added_knows_nothing_but_that_it_is_the_first_and_final_attempt()
    {
        var batch = new CallEventBatch();
        CallEvent added = batch.Add();
        Assert.Equal(1, added.Attempt);
        Assert.True(added.Final);
        Assert.Equal(CallEventKind.Ended, added.Kind);
        Assert.All((int[])[added.SipCode, added.SourcePort, added.PddMs, added.MosThousandths, (int)added.RouteRevision], number => Assert.Equal(CallEvent.NoNumber, number));
        Assert.All(
            (long[])[added.SetupMs, added.ProgressMs, added.AnswerMs, added.EndMs, added.AnswerBMs, added.EndBMs], instant => Assert.Equal(CallEvent.NoInstant, instant));
        Assert.All(CallEventTexts.All, field => Assert.True(CallEventTexts.Of(ref added, field).IsEmpty));
    }

    [Fact]
    public void An_event_used_again_after_a_clear_knows_nothing_of_the_one_before()
    {
        var batch = new CallEventBatch();
        ref CallEvent first = ref batch.Add();
        first.SipCode = 200;
        first.CallId = batch.Texts.Add("old");
        batch.Clear();
        Assert.Equal(0, batch.Count);
        Assert.Equal(0, batch.Texts.Length);
        Assert.Equal(CallEvent.NoNumber, batch.Add().SipCode);
        Assert.True(batch[0].CallId.IsEmpty);
    }

    [Fact]
    public void A_batch_grows_and_keeps_its_rows()
    {
        var batch = new CallEventBatch();
        for (int row = 0; row < 1000; row++)
        {
            batch.Add().SetupMs = row;
        }

        batch.RemoveLast();
        Assert.Equal(Enumerable.Range(0, 999).Select(row => (long)row), batch.Events.ToArray().Select(callEvent => callEvent.SetupMs));
        Assert.Throws<IndexOutOfRangeException>(() => batch[999]);
        Assert.Equal(5, batch.Resize(5).Length);
        Assert.Equal(5, batch.Count);
    }

    [Fact]
    public void A_copy_has_every_field_and_every_text_of_its_own() => Properties.Check(Prop.ForAll(
        Texts.ArrayOf(CallEventTexts.All.Count).ToArbitrary(), texts =>
    {
        var source = new CallEventBatch();
        source.Add().CallId = source.Texts.Add("before");
        ref CallEvent original = ref source.Add();
        original.Kind = CallEventKind.Answered;
        original.Attempt = 3;
        original.Final = false;
        original.Burst = true;
        original.AnswerMs = 5;
        foreach (CallEventText field in CallEventTexts.All)
        {
            CallEventTexts.Of(ref original, field) = source.Texts.Add(texts[(int)field]);
        }

        var target = new CallEventBatch();
        target.Add().SwitchId = target.Texts.Add("already here");
        source.CopyTo(1, target);
        source.Clear();
        source.Texts.Add(new string('#', 10_000));
        ref CallEvent copy = ref target[1];
        bool same = copy is { Kind: CallEventKind.Answered, Attempt: 3, Final: false, Burst: true, AnswerMs: 5 };
        foreach (CallEventText field in CallEventTexts.All)
        {
            same &= Encoding.UTF8.GetBytes(texts[(int)field]).AsSpan().SequenceEqual(target.Texts[CallEventTexts.Of(ref copy, field)]);
        }

        return same && target.Count == 2;
    }));

    [Fact]
    public void Every_text_of_an_event_is_reached_by_its_number()
    {
        CallEvent callEvent = default;
        foreach (CallEventText field in CallEventTexts.All)
        {
            CallEventTexts.Of(ref callEvent, field) = new TextSpan((int)field, 1);
        }

        IEnumerable<(string Name, int Number)> spans = typeof(CallEvent).GetFields().Where(field => field.FieldType == typeof(TextSpan))
            .Select(field => (field.Name, ((TextSpan)field.GetValue(callEvent)!).Offset));
        Assert.Equal(CallEventTexts.All.Select(field => (field.ToString(), (int)field)).Order(), spans.Order());
    }

    [Theory]
    [InlineData(CallEvent.NoInstant, 9000, CallEvent.NoInstant, CallEvent.NoInstant, 0, 0)]
    [InlineData(1000, 9000, CallEvent.NoInstant, CallEvent.NoInstant, 8000, 8000)]
    [InlineData(1000, 9000, 2000, CallEvent.NoInstant, 8000, 7000)]
    [InlineData(1000, 9000, CallEvent.NoInstant, 9500, 8000, 8500)]
    [InlineData(1000, 9000, 2000, 9500, 8000, 7500)]
    [InlineData(CallEvent.NoInstant, 9000, 2000, CallEvent.NoInstant, 0, 7000)]
    public void Each_side_has_its_own_duration_where_the_event_gives_it(long answer, long end, long answerB, long endB, long rawA, long rawB)
    {
        var callEvent = new CallEvent { AnswerMs = answer, EndMs = end, AnswerBMs = answerB, EndBMs = endB };
        Assert.Equal(rawA, callEvent.RawMsA);
        Assert.Equal(rawB, callEvent.RawMsB);
        Assert.Equal(answer != CallEvent.NoInstant, callEvent.IsAnswered);
    }

    [Fact]
    public void Sides_and_arrival_times_keep_their_rows_as_a_batch_of_rated_calls_grows()
    {
        var batch = new RatedCallBatch();
        for (int row = 0; row < 300; row++)
        {
            batch.Events.Add();
            batch.FitSides();
            batch.A[row].Seconds = row;
            batch.B[row].Seconds = -row;
            batch.ReceivedMs[row] = row * 10;
        }

        Assert.Equal(300, batch.Count);
        Assert.Equal(Enumerable.Range(0, 300), batch.A.ToArray().Select(side => side.Seconds));
        Assert.Equal(Enumerable.Range(0, 300).Select(row => -row), batch.B.ToArray().Select(side => side.Seconds));
        Assert.Equal(Enumerable.Range(0, 300).Select(row => row * 10L), batch.ReceivedMs.ToArray());
        batch.Passed = new PassedEvents(1, 2, 3, 4) + new PassedEvents(10, 20, 30, 40);
        Assert.Equal(new PassedEvents(11, 22, 33, 44), batch.Passed);
        batch.Clear();
        Assert.True(batch.Passed.IsNone);
        Assert.Equal(0, batch.A.Length);
    }

    [Fact]
    public void Texts_stand_in_the_struct_in_the_order_of_their_numbers()
    {
        string[] declared = [.. typeof(CallEvent).GetFields().Where(static field => field.FieldType == typeof(TextSpan)).Select(static field => field.Name)];
        Assert.Equal(CallEventTexts.All.Select(static text => text.ToString()), declared);
        CallEvent callEvent = default;
        foreach (CallEventText text in CallEventTexts.All)
        {
            CallEventTexts.Of(ref callEvent, text) = new TextSpan(100 + (int)text, 1);
        }

        object boxed = callEvent;
        Assert.Equal(
            CallEventTexts.All.Select(static text => new TextSpan(100 + (int)text, 1)),
            CallEventTexts.All.Select(text => (TextSpan)typeof(CallEvent).GetField(text.ToString())!.GetValue(boxed)!));
    }
}
