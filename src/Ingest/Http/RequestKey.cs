using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Perimeter.Ingest;

/// <summary>The key that a request carries: as a bearer token, in X-Api-Key, or as the password of HTTP Basic, which is all that some switches can send.</summary>
internal static class RequestKey
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>The hashes are compared, in the same time whatever was sent, so that the time tells nothing of the key.</summary>
    public static bool IsIn(HttpRequest request, byte[] keyHash) => CryptographicOperations.FixedTimeEquals(HashOf(Of(request)), keyHash);

    private static string Of(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        return authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) ? PasswordOf(authorization[Basic.Length..].Trim()) : request.Headers["X-Api-Key"].ToString();
    }

    private static string PasswordOf(string encoded)
    {
        byte[] bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out int length))
        {
            return "";
        }

        string userAndPassword = Encoding.UTF8.GetString(bytes, 0, length);
        return userAndPassword[(userAndPassword.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
