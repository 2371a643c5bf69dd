using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Perimeter.Streaming.Tests;

/// <summary>Stands before a server, and passes on who comes, or keeps him waiting without a word.</summary>
internal sealed class Doorway : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _open = [];
    private readonly Task _accepting;
    private int _keptWaiting;

    /// <param name="server">As host:port, of loopback.</param>
    public Doorway(string server)
    {
        _server = IPEndPoint.Parse(server.Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Whether who comes from here on is kept waiting.</summary>
    public bool IsSilent { get; set; }

    public int KeptWaiting => Volatile.Read(ref _keptWaiting);

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
                await server.ConnectAsync(_server, _stop.Token);
                await Task.WhenAny(comer.GetStream().CopyToAsync(server.GetStream(), _stop.Token), server.GetStream().CopyToAsync(comer.GetStream(), _stop.Token));
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
            {
                // One side has closed.
            }
        }
    }
}
