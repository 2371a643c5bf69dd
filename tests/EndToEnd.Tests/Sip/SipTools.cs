using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>Kamailio and sipp on this machine, and free ports of UDP.</summary>
internal static class SipTools
{
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];

    public static string Kamailio => Find("kamailio");

    public static string Sipp => Find("sipp");

    /// <summary>Modules of other packages than Kamailio's own, and the schema of its dialogs.</summary>
    private static readonly string[] Needed = ["jansson.so", "crypto.so", "http_client.so", "db_sqlite.so"];

    public static string SqliteSchema(string table) => $"/usr/share/kamailio/db_sqlite/{table}-create.sql";

    /// <summary>Skips the test where something is missing. Never in continuous integration, which installs it all (.ci/run).</summary>
    public static void SkipIfMissing()
    {
        List<string> missing = [.. ((string[])["kamailio", "sipp", "sqlite3"]).Where(name => TryFind(name) is null)];
        string modules = Directory.EnumerateDirectories("/usr/lib", "kamailio", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }).FirstOrDefault() ?? "/usr/lib/kamailio";
        missing.AddRange(Needed.Where(name => !File.Exists(Path.Combine(modules, "modules", name))));
        Assert.SkipWhen(
            missing.Count > 0,
            $"{string.Join(", ", missing)} not found: calls of a real switch are not made. Install kamailio, kamailio-extra-modules, kamailio-tls-modules, kamailio-utils-modules, kamailio-sqlite-modules, sqlite3 and sip-tester.");
    }

    public static int FreePort()
    {
        using UdpClient probe = new(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.Client.LocalEndPoint!).Port;
    }

    /// <summary>Whether a process listens there, as the kernel lists it.</summary>
    public static bool IsBound(int port)
    {
        string wanted = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return File.ReadLines("/proc/net/udp").Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].EndsWith(wanted, StringComparison.Ordinal));
    }

    private static string Find(string name) => TryFind(name) ?? throw new FileNotFoundException($"{name} is not installed.");

    private static string? TryFind(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
