using System.Net.Sockets;

namespace Perimeter.Domain;

/// <summary>What failures mean where another process is asked.</summary>
public static class NetworkErrors
{
    /// <summary>
    /// Whether a request of <see cref="HttpClient"/> had no answer. One whose server dies just as the connection is made ends with the socket's own exception, which the client does not wrap (.NET 10).
    /// </summary>
    public static bool IsNoAnswer(Exception exception) => exception is HttpRequestException or IOException or SocketException;
}
