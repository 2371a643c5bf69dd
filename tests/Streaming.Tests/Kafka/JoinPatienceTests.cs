using Microsoft.Extensions.Time.Testing;

namespace Perimeter.Streaming.Tests;

/// <summary>When a client that does not get into its group is given up.</summary>
public sealed class JoinPatienceTests
{
    private static readonly TimeSpan Join = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Rebalance = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly JoinPatience _patience;

    public JoinPatienceTests() => _patience = new JoinPatience(new KafkaLogOptions { BootstrapServers = "a:1", Instance = "i", JoinTimeout = Join, Time = _time }, Rebalance);

    [Fact]
    public void One_without_an_id_has_the_time_to_join()
    {
        Assert.False(_patience.IsAtAnEnd(""));
        _time.Advance(Join - Moment);
        Assert.False(_patience.IsAtAnEnd(""));
        _time.Advance(Moment);
        Assert.True(_patience.IsAtAnEnd(""));
    }

    [Fact]
    public void One_with_an_id_that_is_told_nothing_has_the_time_of_a_rebalance_besides()
    {
        Assert.False(_patience.IsAtAnEnd("one"));
        _time.Advance(Join + Rebalance - Moment);
        Assert.False(_patience.IsAtAnEnd("one"));
        Assert.False(_patience.IsIn);
        _time.Advance(Moment);
        Assert.True(_patience.IsAtAnEnd("one"));
    }

    [Fact]
    public void One_that_was_told_is_in_the_group_until_it_falls_out_of_it()
    {
        Assert.False(_patience.IsAtAnEnd("one"));
        _patience.Told("one");
        Assert.True(_patience.IsIn);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(_patience.IsAtAnEnd("one"));
        Assert.True(_patience.IsIn);

        _patience.Lost();
        Assert.False(_patience.IsIn);
        Assert.False(_patience.IsAtAnEnd(""));
        _time.Advance(Join);
        Assert.True(_patience.IsAtAnEnd(""));
    }

    [Fact]
    public void One_that_has_another_id_than_it_was_told_by_was_put_out_though_nobody_said_so()
    {
        _patience.Told("one");
        Assert.False(_patience.IsAtAnEnd("two"));
        Assert.False(_patience.IsIn);
        _time.Advance(Join + Rebalance);
        Assert.True(_patience.IsAtAnEnd("two"));
    }

    [Fact]
    public void Time_without_an_id_counts_anew_after_each_id()
    {
        Assert.False(_patience.IsAtAnEnd(""));
        _time.Advance(Join - Moment);
        Assert.False(_patience.IsAtAnEnd("one"));
        _time.Advance(Moment);
        Assert.False(_patience.IsAtAnEnd(""));
    }
}
