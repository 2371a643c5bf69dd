using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Perimeter.Streaming.Tests;

/// <summary>Stands before a server, and passes on who comes, or keeps him waiting without a word; and can lose a request or an answer that is on its way.</summary>
internal sealed class Doorway : IAsyncDisposable
{
    /// <summary>Kafka's numbers of requests (its protocol's API keys): one with messages, one for messages, one about where they end, one about the cluster, one that moves cursors, and one that ends a transaction.</summary>
    public const short Produce = 0;
    public const short Fetch = 1;
    public const short ListOffsets = 2;
    public const short Metadata = 3;
    public const short CommitOffsets = 8;
    public const short EndTransaction = 26;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _open = [];
    private readonly ConcurrentBag<Visitor> _visitors = [];
    private readonly Task _accepting;
    private Loss? _loss;
    private int _keptWaiting;

    public Doorway()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <param name="server">As host:port, of loopback.</param>
    public Doorway(string server)
        : this() => Server = server;

    /// <summary>As host:port, of loopback. Needed before anybody comes.</summary>
    public string Server { get; set; } = "";

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Whether who comes from here on is kept waiting.</summary>
    public bool IsSilent { get; set; }

    /// <summary>A broker that tells clients to come through here, and is never too busy to be heard of: nothing else may keep an answer away.</summary>
    public async Task<KafkaCluster> StartBrokerAsync()
    {
        KafkaCluster cluster = await KafkaCluster.StartAsync(1, isQuickToLose: false, advertised: Address);
        Server = cluster.Bootstrap;
        return cluster;
    }

    /// <summary>Who is inside and has ever sent such a request gets no answer any more, and is not told so; who comes from here on is passed on.</summary>
    public void Forget(short request)
    {
        foreach (Visitor visitor in _visitors.Where(visitor => visitor.Requests.ContainsKey(request)))
        {
            visitor.IsForgotten = true;
        }
    }

    public int KeptWaiting => Volatile.Read(ref _keptWaiting);

    /// <summary>A kind of request that does not reach the server: who sends it is cut off, and may come again.</summary>
    public short? Refused { get; set; }

    /// <summary>The next request of its kind reaches the server, and its answer does not come out: who sent it is cut off then, and may come again.</summary>
    /// <returns>Complete when that has happened.</returns>
    public Task LoseAnswerTo(short request)
    {
        Loss loss = new(request);
        Volatile.Write(ref _loss, loss);
        return loss.Happened.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_open);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient comer = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (IsSilent)
                {
                    Interlocked.Increment(ref _keptWaiting);
                    _open.Add(KeepWaitingAsync(comer));
                }
                else
                {
                    _open.Add(PassAsync(comer));
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task KeepWaitingAsync(TcpClient comer)
    {
        using (comer)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PassAsync(TcpClient comer)
    {
        using (comer)
        using (TcpClient server = new())
        {
            try
            {
                await server.ConnectAsync(IPEndPoint.Parse(Server.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)), _stop.Token);
                Visitor visitor = new();
                _visitors.Add(visitor);
                await Task.WhenAny(
                    PumpAsync(comer.GetStream(), server.GetStream(), frame => Asked(frame, visitor), visitor, _stop.Token),
                    PumpAsync(server.GetStream(), comer.GetStream(), frame => Answered(frame, visitor), visitor, _stop.Token));
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
            {
                // One side has closed.
            }
        }
    }

    /// <summary>A request or an answer at a time: four bytes with its length, and as many.</summary>
    private static async Task PumpAsync(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, bool> passes, Visitor visitor, CancellationToken cut)
    {
        byte[] length = new byte[4];
        while (true)
        {
            await from.ReadExactlyAsync(length, cut);
            byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            await from.ReadExactlyAsync(frame, cut);
            if (!passes(frame))
            {
                return;
            }

            if (!visitor.IsForgotten)
            {
                await to.WriteAsync(length, cut);
                await to.WriteAsync(frame, cut);
            }
        }
    }

    private bool Asked(ReadOnlyMemory<byte> request, Visitor visitor)
    {
        short key = BinaryPrimitives.ReadInt16BigEndian(request.Span);
        visitor.Asked[BinaryPrimitives.ReadInt32BigEndian(request.Span[4..])] = key;
        visitor.Requests[key] = true;
        return key != Refused;
    }

    private bool Answered(ReadOnlyMemory<byte> answer, Visitor visitor)
    {
        Loss? loss = Volatile.Read(ref _loss);
        if (!visitor.Asked.TryRemove(BinaryPrimitives.ReadInt32BigEndian(answer.Span), out short key) || key != loss?.Request || Interlocked.CompareExchange(ref _loss, null, loss) != loss)
        {
            return true;
        }

        loss.Happened.SetResult();
        return false;
    }

    private sealed class Visitor
    {
        private volatile bool _isForgotten;

        /// <summary>The kinds of requests whose answers are on their way, by their numbers.</summary>
        public ConcurrentDictionary<int, short> Asked { get; } = [];

        /// <summary>The kinds of requests that were ever sent.</summary>
        public ConcurrentDictionary<short, bool> Requests { get; } = [];

        public bool IsForgotten { get => _isForgotten; set => _isForgotten = value; }
    }

    private sealed record Loss(short Request)
    {
        public TaskCompletionSource Happened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
