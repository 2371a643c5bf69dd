using System.Net.Sockets;

namespace Perimeter.Harness;

/// <summary>What a request to a process ends with that dies meanwhile.</summary>
internal static class NoAnswer
{
    /// <summary>The socket's own exception where it died just as the connection was made: .NET's client does not wrap it.</summary>
    public static bool Is(Exception failure) => failure is HttpRequestException or SocketException or IOException;
}
