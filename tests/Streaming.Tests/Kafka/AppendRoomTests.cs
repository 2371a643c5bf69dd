using Microsoft.Extensions.Time.Testing;

namespace Perimeter.Streaming.Tests;

/// <summary>Who waits to be appended, and for how long.</summary>
public sealed class AppendRoomTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly AppendRoom _room;

    public AppendRoomTests() => _room = new AppendRoom(
        new KafkaLogOptions { BootstrapServers = "none:1", Instance = "one", AppendTimeout = Patience, MaxPendingAppends = 3, Time = _time }, maxBytes: 100);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task There_is_room_for_so_many_and_so_many_bytes_and_for_one_that_is_larger_alone()
    {
        Assert.True(await EnterAsync(60));
        Assert.True(await EnterAsync(40));
        Task<bool> bytes = EnterAsync(1);
        Assert.False(bytes.IsCompleted);
        _room.Leave(60);
        Assert.True(await bytes);
        Assert.True(await EnterAsync(1));
        Task<bool> fourth = EnterAsync(1);
        Assert.False(fourth.IsCompleted);
        _room.Leave(40);
        Assert.True(await fourth);
        Task<bool> large = EnterAsync(101);
        _room.Leave(1);
        _room.Leave(1);
        Assert.False(large.IsCompleted);
        _room.Leave(1);
        Assert.True(await large);
    }

    [Fact]
    public async Task They_enter_in_the_order_of_coming_so_that_a_large_one_is_not_passed_for_ever()
    {
        Assert.True(await EnterAsync(60));
        Task<bool> large = EnterAsync(90);
        Task<bool> small = EnterAsync(1);
        Assert.False(small.IsCompleted);
        _room.Leave(60);
        Assert.True(await large);
        Assert.True(await small);
    }

    [Fact]
    public async Task Where_others_get_through_one_waits_as_long_as_it_takes()
    {
        Assert.True(await EnterAsync(100));
        Task<bool> waiting = EnterAsync(1);
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(Patience - TimeSpan.FromSeconds(1));
            _room.Moved();
        }

        Assert.False(waiting.IsCompleted);
        _room.Leave(100);
        Assert.True(await waiting);
    }

    [Fact]
    public async Task Where_nothing_gets_through_one_gives_up_and_lets_the_next_in()
    {
        Assert.True(await EnterAsync(50));
        Task<bool> large = EnterAsync(100);
        _time.Advance(Patience / 2);
        Task<bool> small = EnterAsync(50);
        _time.Advance(Patience / 2);
        Assert.False(await large.WaitAsync(Patience, Cancelled));
        Assert.True(await small.WaitAsync(Patience, Cancelled));
    }

    [Fact]
    public async Task What_moved_before_one_came_does_not_shorten_its_time()
    {
        _room.Moved();
        _time.Advance(Patience * 3);
        Assert.Equal(Patience, _room.Left(_time.GetTimestamp()));
        long began = _time.GetTimestamp();
        _time.Advance(Patience / 3);
        Assert.Equal(Patience - (Patience / 3), _room.Left(began));
        _time.Advance(Patience);
        Assert.Equal(TimeSpan.Zero, _room.Left(began));
        Assert.True(await EnterAsync(1));
    }

    [Fact]
    public async Task Who_is_cancelled_leaves_no_room_taken()
    {
        using CancellationTokenSource stop = new();
        Assert.True(await EnterAsync(100));
        Task<bool> waiting = _room.EnterAsync(100, _time.GetTimestamp(), stop.Token).AsTask();
        Task<bool> next = EnterAsync(100);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(next.IsCompleted);
        _room.Leave(100);
        Assert.True(await next);
    }

    private Task<bool> EnterAsync(long bytes) => _room.EnterAsync(bytes, _time.GetTimestamp(), Cancelled).AsTask();
}
