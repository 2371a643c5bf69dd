using Perimeter.Aggregator.RatedCalls;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

/// <summary>Keys looked up among what has landed, through the engine and through the driver of a server.</summary>
public sealed class LandedKeysTests(EngineFixture fixture)
{
    private const ulong Incarnation = 7;
    private const int Rows = 1_500;

    public static TheoryData<Through> Ways => [Through.Engine, Through.Driver];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_landed_attempt_is_found_with_the_content_it_was_rated_from_and_nothing_else_is(Through through)
    {
        fixture.Empty();
        IWarehouse warehouse = fixture.Reach(through);
        RatedCallBatch calls = new RandomCalls(seed: 41).Batch(Rows);
        await LandAsync(warehouse, calls, RandomCalls.BaseMs);
        using var keys = new LandedKeys(warehouse);

        List<LandedKeyQuestion> questions = Questions(calls);
        List<LandedKeyQuestion> others = [.. questions.Select(question => question with { Key = question.Key + 1 })];
        IReadOnlyDictionary<UInt128, UInt128> found = await keys.FindAsync([.. questions, .. others], TestContext.Current.CancellationToken);
        Assert.Equal(Rows, found.Count);
        Assert.InRange(calls.Events.Events.ToArray().Count(one => one.Marks != CallMarks.None), Rows / 10, Rows);
        for (int row = 0; row < Rows; row++)
        {
            Assert.Equal(CallKey.ContentHash(calls.Events[row].AsReceived(), calls.Events.Texts), found[questions[row].Key]);
        }
    }

    [Theory]
    [InlineData(1)] // so few that the index of hashes is used
    [InlineData(51)]
    public async Task A_key_is_found_whatever_end_the_event_tells_and_whatever_month_it_landed_in(int asked)
    {
        EmbeddedClickHouse engine = fixture.Empty();
        MemoryPartition partition = new(Topics.RatedCalls, Incarnation, 3);
        RatedCallBatch first = new RandomCalls(seed: 42).Batch(200);
        RatedCallBatch second = new RandomCalls(seed: 43).Batch(200);
        partition.Append(RandomCalls.Frame(first), RandomCalls.BaseMs - (400L * 86_400_000));
        await Landings.LandAsync(engine, partition);
        partition.Append(RandomCalls.Frame(second), RandomCalls.BaseMs);
        await Landings.LandAsync(engine, partition);
        using var keys = new LandedKeys(engine);

        LandedKeyQuestion[] questions = [.. Questions(first).Concat(Questions(second)).Select(question => question with { EndMs = question.EndMs + 1_000_000_000 }).Take(asked)];
        Assert.Equal(asked, (await keys.FindAsync(questions, TestContext.Current.CancellationToken)).Count);
        LandedKeyQuestion[] later = [.. Questions(second).Select(question => question with { EndMs = 0 }).Take(asked)];
        Assert.Equal(asked, (await keys.FindAsync(later, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Of_two_rows_of_one_key_the_one_that_the_log_took_first_counts()
    {
        EmbeddedClickHouse engine = fixture.Empty();
        RatedCallBatch calls = new RandomCalls(seed: 44).Batch(2);
        calls.Events[1].CallId = calls.Events[0].CallId;
        calls.Events[1].SwitchId = calls.Events[0].SwitchId;
        calls.Events[1].Attempt = calls.Events[0].Attempt;
        calls.Events[1].EndMs = calls.Events[0].EndMs;
        calls.ReceivedMs[0] = calls.ReceivedMs[1] + 1;
        await LandAsync(engine, calls, RandomCalls.BaseMs);
        using var keys = new LandedKeys(engine);
        IReadOnlyDictionary<UInt128, UInt128> found = await keys.FindAsync(Questions(calls), TestContext.Current.CancellationToken);
        Assert.Equal(CallKey.ContentHash(calls.Events[1], calls.Events.Texts), Assert.Single(found).Value);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task How_far_landing_is_counts_frames_without_calls_too(Through through)
    {
        fixture.Empty();
        IWarehouse warehouse = fixture.Reach(through);
        using var keys = new LandedKeys(warehouse);
        MemoryPartition partition = new(Topics.RatedCalls, Incarnation, 3);
        Assert.Equal(0UL, await keys.LandedToAsync(Incarnation, 3, TestContext.Current.CancellationToken));
        Assert.False(await keys.AnyBeforeAsync(long.MaxValue, TestContext.Current.CancellationToken));

        partition.Append(RandomCalls.Frame(new RandomCalls(seed: 45).Batch(10)), RandomCalls.BaseMs);
        await Landings.LandAsync(warehouse, partition);
        Assert.InRange(await keys.LandedToAsync(Incarnation, 3, TestContext.Current.CancellationToken), 10UL, Place(1));
        partition.Append(RandomCalls.Frame(new RatedCallBatch()), RandomCalls.BaseMs);
        await Landings.LandAsync(warehouse, partition);
        Assert.Equal(Place(2), await keys.LandedToAsync(Incarnation, 3, TestContext.Current.CancellationToken));
        Assert.Equal(0UL, await keys.LandedToAsync(Incarnation + 1, 3, TestContext.Current.CancellationToken));
        Assert.Equal(0UL, await keys.LandedToAsync(Incarnation, 2, TestContext.Current.CancellationToken));
        Assert.True(await keys.AnyBeforeAsync(RandomCalls.BaseMs + 1_000_000, TestContext.Current.CancellationToken));
        Assert.False(await keys.AnyBeforeAsync(RandomCalls.BaseMs, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_ClickHouse_that_does_not_answer_is_told_as_such_and_asked_again_later()
    {
        fixture.Empty();
        bool isAway = true;
        RatedCallBatch calls = new RandomCalls(seed: 46).Batch(3);
        await LandAsync(fixture.Open(), calls, RandomCalls.BaseMs);
        using var keys = new LandedKeys(fixture.Reach(Through.Driver, new Away(() => isAway)));
        await Assert.ThrowsAsync<LandedKeysUnavailableException>(() => keys.FindAsync(Questions(calls), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<LandedKeysUnavailableException>(() => keys.LandedToAsync(Incarnation, 3, TestContext.Current.CancellationToken));
        isAway = false;
        Assert.Equal(3, (await keys.FindAsync(Questions(calls), TestContext.Current.CancellationToken)).Count);
    }

    private sealed class Away(Func<bool> isAway) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            isAway() ? throw new HttpRequestException("Connection refused.") : base.SendAsync(request, cancellationToken);
    }

    private static ulong Place(long frame) => new LogPosition(Incarnation, 3, frame, 0).Packed;

    private static async Task LandAsync(IWarehouse warehouse, RatedCallBatch calls, long appendedAtMs)
    {
        MemoryPartition partition = new(Topics.RatedCalls, Incarnation, 3);
        partition.Append(RandomCalls.Frame(calls), appendedAtMs);
        await Landings.LandAsync(warehouse, partition);
    }

    private static List<LandedKeyQuestion> Questions(RatedCallBatch calls)
    {
        List<LandedKeyQuestion> questions = [];
        TextArena texts = calls.Events.Texts;
        for (int row = 0; row < calls.Count; row++)
        {
            ref CallEvent one = ref calls.Events[row];
            one.Kind = CallEventKind.Ended;
            questions.Add(new LandedKeyQuestion(CallKey.Hash(texts[one.SwitchId], texts[one.CallId], one.Attempt), CallKey.CallIdHash(texts[one.CallId]), one.EndMs));
        }

        return questions;
    }
}
