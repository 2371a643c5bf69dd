using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>
/// Takes the datagrams of a switch. Nothing answers them: what comes while the log takes nothing waits in memory, up to a limit, what comes beyond that is dropped and
/// counted, and what waits is lost when the process is killed. The system drops what it has no room for, uncounted here.
/// </summary>
public sealed class DatagramIntake : IDisposable
{
    /// <summary>What the system is asked to keep while this process is busy; it may give less (net.core.rmem_max).</summary>
    private const int SystemBytes = 4 << 20;

    private const int MaxDatagramBytes = 64 << 10;

    private readonly Socket _socket;
    private readonly SwitchMessages _messages;
    private readonly IngestCounters _counters;
    private readonly Channel<bool> _came = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Lock _gate = new();
    private DatagramRoom _filling = new();
    private DatagramRoom _other = new();

    private DatagramIntake(Socket socket, SwitchMessages messages, IngestCounters counters)
    {
        _socket = socket;
        _messages = messages;
        _counters = counters;
    }

    /// <summary>Where it listens: the port that was given, where 0 was asked for.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Why nothing is put on the log just now; empty where it is.</summary>
    public string Trouble => _messages.Trouble;

    /// <summary>Listens. What comes before <see cref="RunAsync"/> waits in the system's room.</summary>
    /// <exception cref="IOException">Its address is none of this machine's, in use, or no address.</exception>
    public static DatagramIntake Open(ILog log, SwitchConfig config, IngestLimits limits, TimeProvider clock, IngestCounters counters)
    {
        if (!IPEndPoint.TryParse(config.Listen, out IPEndPoint? address))
        {
            throw new IOException($"Switch {config.Name}: listen is '{config.Listen}' in switches.csv; it must be an address and a port, such as 192.0.2.1:9060 or [::1]:9060.");
        }

        var messages = new SwitchMessages(log, config, $"udp:{config.Listen}", limits, clock, counters);
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.ReceiveBufferSize = SystemBytes;
            socket.Bind(address);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Switch {config.Name}: its datagrams cannot be taken on {config.Listen}: {e.Message}. Change listen in switches.csv, or stop what has the port.", e);
        }

        return new DatagramIntake(socket, messages, counters);
    }

    /// <summary>Takes datagrams until it is cancelled; what waits then is put on the log, if that takes it at once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task receiving = ReceiveAsync(ending.Token);
        try
        {
            while (await _came.Reader.WaitToReadAsync(CancellationToken.None))
            {
                _came.Reader.TryRead(out _);
                await TakeWaitingAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The log takes nothing, and the process stops: what waits is lost, as it would be with the process killed.
        }
        finally
        {
            await ending.CancelAsync();
            await receiving;
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] datagram = new byte[MaxDatagramBytes];
        try
        {
            while (true)
            {
                int length = await _socket.ReceiveAsync(datagram, SocketFlags.None, cancellationToken);
                bool isKept;
                lock (_gate)
                {
                    isKept = _filling.TryAdd(datagram.AsSpan(0, length));
                }

                if (!isKept)
                {
                    _counters.LostDatagram();
                }

                _came.Writer.TryWrite(true);
            }
        }
        catch (OperationCanceledException)
        {
            // Said.
        }
        finally
        {
            _came.Writer.TryComplete();
        }
    }

    private async Task TakeWaitingAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            (_filling, _other) = (_other, _filling);
        }

        if (!_other.IsEmpty)
        {
            await _messages.TakeAsync(_other.All(), cancellationToken);
            _other.Clear();
        }
    }
}
