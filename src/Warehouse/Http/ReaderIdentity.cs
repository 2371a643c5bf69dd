using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Perimeter.Warehouse.Http;

/// <summary>There is one user, <c>default</c>. Who sends nothing is taken for him, with an empty password.</summary>
internal sealed class ReaderIdentity(string password)
{
    private const string User = "default";
    private const string Basic = "Basic ";

    private readonly byte[] _password = Encoding.UTF8.GetBytes(password);

    /// <exception cref="ClickHouseException">AUTHENTICATION_FAILED.</exception>
    public void Check(HttpRequest request)
    {
        (string user, string given) = Sent(request);
        bool right = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _password);
        if (user is not ("" or User) || !right)
        {
            throw Failed(user);
        }
    }

    private static (string User, string Password) Sent(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.Length == 0)
        {
            return (First(request, "X-ClickHouse-User", "user"), First(request, "X-ClickHouse-Key", "password"));
        }

        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            throw Failed(User);
        }

        byte[] bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), bytes, out int length))
        {
            throw Failed(User);
        }

        string[] parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static string First(HttpRequest request, string header, string argument)
    {
        string value = request.Headers[header].ToString();
        return value.Length > 0 ? value : request.Query[argument].ToString();
    }

    private static ClickHouseException Failed(string user) =>
        ReaderErrors.Refusal(
            ReaderErrors.AuthenticationFailed,
            $"{(user.Length == 0 ? User : user)}: Authentication failed: password is incorrect, or there is no user with such name. The one user here is {User}.");
}
