using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Datagrams over loopback onto a real log.</summary>
public sealed class DatagramTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly SwitchConfig Config = new(1, "osips1", SwitchType.OpenSips) { Listen = "127.0.0.1:0" };

    private readonly FakeTimeProvider _clock = new(Reading.Now);
    private readonly IngestCounters _counters = new();
    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ScratchLog _scratch = null!;

    public async ValueTask InitializeAsync() => _scratch = await ScratchLog.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        await _scratch.DisposeAsync();
    }

    [Fact]
    public async Task Every_datagram_is_on_the_log_or_in_the_quarantine()
    {
        using DatagramIntake intake = Open(_scratch.Log);
        Task running = intake.RunAsync(_stopping.Token);
        const int calls = 500;
        for (int i = 0; i < calls; i++)
        {
            Send(intake, Call($"c{i}"));
        }

        Send(intake, "no event\0");
        Send(intake, "");
        Send(intake, """{"jsonrpc":"2.0","method":"E_PIKE_BLOCKED","params":{"ip":"192.0.2.1"}}""");
        await UntilAsync(() => _counters.Accepted == calls && _counters.Quarantined == 2 && _counters.PassedOver == 1);
        await StopAsync(running);
        Assert.Equal(calls, (await _scratch.CallsAsync()).Count);
        Assert.Equal(["", "no event"], (await _scratch.QuarantineAsync()).Select(Reading.Content).Order(StringComparer.Ordinal).Select(text => text.TrimEnd('\0')));
        Assert.Equal(0, _counters.LostDatagrams);
    }

    [Fact]
    public async Task While_the_log_takes_nothing_datagrams_wait_and_are_taken_once_when_it_does()
    {
        int full = 3;
        await using var log = new FaultyLog(_scratch.Log, _ => Interlocked.Decrement(ref full) >= 0 ? AppendFate.Full : AppendFate.Done);
        using DatagramIntake intake = Open(log);
        Task running = intake.RunAsync(_stopping.Token);
        Send(intake, Call("c1"));
        await UntilAsync(() => intake.Trouble.Length > 0);
        Assert.StartsWith("Messages of switch:osips1 wait for the log: ", intake.Trouble, StringComparison.Ordinal);
        Send(intake, Call("c2"));
        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return _counters.Accepted == 2;
        });
        Assert.Equal("", intake.Trouble);
        await StopAsync(running);
        Assert.Equal(new SortedDictionary<string, int> { ["osips1/c1/1"] = 1, ["osips1/c2/1"] = 1 }, await _scratch.CallsAsync());
    }

    [Fact]
    public async Task What_waits_when_the_process_stops_is_put_on_the_log()
    {
        using DatagramIntake intake = Open(_scratch.Log);
        Send(intake, Call("c1"));
        Task running = intake.RunAsync(_stopping.Token);
        await UntilAsync(() => _counters.Accepted == 1);
        await StopAsync(running);
        Assert.Single(await _scratch.CallsAsync());
    }

    [Fact]
    public void What_waits_is_bounded_in_bytes_and_in_number()
    {
        var room = new DatagramRoom();
        byte[] large = new byte[60_000];
        int kept = 0;
        while (room.TryAdd(large))
        {
            kept++;
        }

        Assert.Equal(DatagramRoom.MaxBytes / large.Length, kept);
        Assert.Equal(kept, room.All().Count);
        room.Clear();
        Assert.True(room.IsEmpty);
        kept = 0;
        while (room.TryAdd("x"u8))
        {
            kept++;
        }

        Assert.Equal(DatagramRoom.MaxDatagrams, kept);
    }

    [Fact]
    public async Task What_comes_beyond_the_limit_is_dropped_and_counted_and_what_waited_is_taken()
    {
        bool isFull = true;
        await using var log = new FaultyLog(_scratch.Log, _ => Volatile.Read(ref isFull) ? AppendFate.Full : AppendFate.Done);
        using DatagramIntake intake = Open(log);
        Task running = intake.RunAsync(_stopping.Token);
        Send(intake, Call("first"));
        await UntilAsync(() => intake.Trouble.Length > 0);

        // Large ones, so that few are needed. On a busy machine the system drops some of its own, which count for nothing here.
        string filler = new('x', 30_000);
        int sent = 0;
        await UntilAsync(() =>
        {
            Send(intake, Call($"c{sent++}").Replace("\"sip_reason\":\"OK\"", $"\"sip_reason\":\"{filler}\"", StringComparison.Ordinal));
            return _counters.LostDatagrams > 0;
        });

        Volatile.Write(ref isFull, false);
        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return _counters.Accepted > 1;
        });
        await StopAsync(running);
        int taken = (await _scratch.CallsAsync()).Count;
        Assert.Equal(_counters.Accepted, taken);
        Assert.True(taken > 100);
    }

    [Theory]
    [InlineData("nowhere", "Switch osips1: listen is 'nowhere' in switches.csv; it must be an address and a port, such as 192.0.2.1:9060 or [::1]:9060.")]
    [InlineData("203.0.113.77:9060", "Switch osips1: its datagrams cannot be taken on 203.0.113.77:9060: ")]
    public void An_address_that_cannot_be_listened_on_is_told_with_what_to_do(string listen, string message) => Assert.StartsWith(
        message, Assert.Throws<IOException>(() => DatagramIntake.Open(_scratch.Log, Config with { Listen = listen }, new IngestLimits(), _clock, _counters)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_kind_of_switch_that_sends_no_messages_is_told() => Assert.Contains(
        "leave listen and topic empty",
        Assert.Throws<NotSupportedException>(() => DatagramIntake.Open(_scratch.Log, new SwitchConfig(1, "x", SwitchType.Csv) { Listen = "127.0.0.1:0" }, new IngestLimits(), _clock, _counters)).Message,
        StringComparison.Ordinal);

    private static string Call(string id) => Fixture.Text("opensips/cdr.json").Replace("a1b2@198.51.100.7", id, StringComparison.Ordinal).Replace("\"attempt\": \"2\"", "\"attempt\": \"1\"", StringComparison.Ordinal)
        .Replace("\"sip_reason\": \"OK\"", "\"sip_reason\":\"OK\"", StringComparison.Ordinal);

    private static void Send(DatagramIntake intake, string datagram)
    {
        using var client = new UdpClient();
        client.Connect(intake.Address);
        client.Send(Encoding.UTF8.GetBytes(datagram));
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, "It did not come about in time.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private DatagramIntake Open(ILog log) => DatagramIntake.Open(log, Config, new IngestLimits(), _clock, _counters);

    private async Task StopAsync(Task running)
    {
        await _stopping.CancelAsync();
        await running.WaitAsync(Bound, TestContext.Current.CancellationToken);
    }
}
