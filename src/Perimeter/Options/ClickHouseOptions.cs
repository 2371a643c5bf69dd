using Perimeter.Warehouse.Server;

namespace Perimeter.Commands;

/// <summary>A ClickHouse server, as people set it.</summary>
public sealed record ClickHouseOptions
{
    public string Url { get; init; } = "";

    public string User { get; init; } = "default";

    public string Password { get; init; } = "";

    /// <summary>Read when it is needed, in place of <see cref="Password"/>.</summary>
    public string PasswordFile { get; init; } = "";

    public string Database { get; init; } = "default";

    /// <summary>Empty where one server holds the tables.</summary>
    public string Cluster { get; init; } = "";

    internal static ClickHouseOptions Read(SettingValues values) => new()
    {
        Url = values.Text(Settings.ClickHouseUrl),
        User = values.Text(Settings.ClickHouseUser),
        Password = values.Text(Settings.ClickHousePassword),
        PasswordFile = values.Text(Settings.ClickHousePasswordFile),
        Database = values.Text(Settings.ClickHouseDatabase),
        Cluster = values.Text(Settings.ClickHouseCluster),
    };

    /// <exception cref="CommandException">The file of the password cannot be read.</exception>
    public ClickHouseServerOptions ToServer(TimeProvider time) => new()
    {
        Address = new Uri(Url),
        User = User,
        Password = PasswordFile.Length > 0 ? ReadPassword() : Password,
        Database = Database,
        Cluster = Cluster.Length > 0 ? Cluster : null,
        Time = time,
    };

    /// <summary>All that is wrong, one sentence each.</summary>
    public IEnumerable<string> Check()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
        {
            yield return $"{Settings.ClickHouseUrl.Name} {Url}: not the address of ClickHouse's HTTP interface. It looks like http://host:8123.";
        }

        if (Password.Length > 0 && PasswordFile.Length > 0)
        {
            yield return $"{Settings.ClickHousePassword.Key} and {Settings.ClickHousePasswordFile.Key} are both given: give one.";
        }

        if (User.Length == 0 || Database.Length == 0)
        {
            yield return $"{Settings.ClickHouseUser.Name} and {Settings.ClickHouseDatabase.Name} must not be empty.";
        }
    }

    private string ReadPassword()
    {
        try
        {
            return File.ReadAllText(PasswordFile).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{Settings.ClickHousePasswordFile.Name} {PasswordFile}: the password cannot be read: {failure.Message}", inner: failure);
        }
    }
}
