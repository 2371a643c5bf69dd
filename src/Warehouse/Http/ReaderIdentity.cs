using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Perimeter.Warehouse.Http;

/// <summary>There is one user, <c>default</c>. Who sends nothing is taken for him, with an empty password.</summary>
internal sealed class ReaderIdentity(string password, string name = "default")
{
    private const string Basic = "Basic ";

    private readonly byte[] _password = Encoding.UTF8.GetBytes(password);

    /// <exception cref="ClickHouseException">AUTHENTICATION_FAILED.</exception>
    public void Check(HttpRequest request)
    {
        (string user, string given) = Sent(request);
        bool right = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _password);
        if ((user.Length > 0 && user != name) || !right)
        {
            throw Failed(user);
        }
    }

    private (string User, string Password) Sent(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.Length == 0)
        {
            return (First(request, "X-ClickHouse-User", "user"), First(request, "X-ClickHouse-Key", "password"));
        }

        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            throw Failed(name);
        }

        byte[] bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), bytes, out int length))
        {
            throw Failed(name);
        }

        string[] parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static string First(HttpRequest request, string header, string argument)
    {
        string value = request.Headers[header].ToString();
        return value.Length > 0 ? value : request.Query[argument].ToString();
    }

    private ClickHouseException Failed(string user) =>
        ReaderErrors.Refusal(
            ReaderErrors.AuthenticationFailed,
            $"{(user.Length == 0 ? name : user)}: Authentication failed: password is incorrect, or there is no user with such name. The one user here is {name}.");
}
