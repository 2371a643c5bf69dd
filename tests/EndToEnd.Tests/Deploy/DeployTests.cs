using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Perimeter.Harness;
using YamlDotNet.RepresentationModel;

namespace Perimeter.EndToEnd.Tests;

/// <summary>
/// The files of deploy/ by which nothing is run here: parsed, their settings given to the real program, their units looked at by systemd. What that leaves open,
/// docs/operations.md says.
/// </summary>
public sealed partial class DeployTests
{
    private const string Installed = "/opt/perimeter/perimeter";

    private static readonly string Folder = Path.Combine(RepositoryFolders.Root, "deploy");

    [Fact]
    public async Task Every_role_of_the_compose_file_has_good_settings()
    {
        List<string> roles = [];
        foreach ((string name, YamlMappingNode service) in Services().Where(service => Scalar(service.Node, "image") == "perimeter:local"))
        {
            string[] command = [.. ((YamlSequenceNode)service["command"]).Select(argument => ((YamlScalarNode)argument).Value!)];
            Dictionary<string, string> environment = ((YamlMappingNode)service["environment"]).ToDictionary(
                entry => ((YamlScalarNode)entry.Key).Value!, entry => Variable().Replace(((YamlScalarNode)entry.Value).Value!, "given"));
            await IsGoodAsync(name, command, environment);
            roles.Add(command[0]);
        }

        Assert.Equal(["aggregator", "config", "ingest", "rating-engine"], roles.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_compose_file_has_what_roles_wait_for_and_names_no_registry()
    {
        Dictionary<string, YamlMappingNode> services = Services().ToDictionary(service => service.Name, service => service.Node);
        Assert.Contains("postgres", services.Keys);
        foreach (YamlMappingNode service in services.Values)
        {
            Assert.DoesNotContain('.', Scalar(service, "image").Split(':')[0]);
            if (service.Children.TryGetValue("depends_on", out YamlNode? others))
            {
                Assert.All((YamlMappingNode)others, other => Assert.True(services[((YamlScalarNode)other.Key).Value!].Children.ContainsKey("healthcheck"), $"{other.Key} has no health check"));
            }
        }
    }

    [Fact]
    public async Task Every_unit_has_good_settings()
    {
        Dictionary<string, string> environment = File.ReadLines(Path.Combine(Folder, "systemd", "perimeter.env"))
            .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        string[] units = Directory.GetFiles(Path.Combine(Folder, "systemd"), "*.service");
        Assert.Equal(5, units.Length);
        foreach (string unit in units)
        {
            string start = Assert.Single(File.ReadLines(unit), line => line.StartsWith($"ExecStart={Installed} ", StringComparison.Ordinal)).Split('=', 2)[1].Replace("%i", "8091", StringComparison.Ordinal);
            await IsGoodAsync(unit, start.Split(' ')[1..], environment);
        }
    }

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_units()
    {
        const string analyze = "/usr/bin/systemd-analyze";
        if (!File.Exists(analyze))
        {
            Assert.Skip("No systemd-analyze on this machine: the package systemd brings it.");
        }

        using ScratchFolder scratch = new();
        List<string> units = [];
        foreach (string unit in Directory.GetFiles(Path.Combine(Folder, "systemd"), "*.service"))
        {
            string copy = scratch[Path.GetFileName(unit)];
            string text = await File.ReadAllTextAsync(unit, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(copy, text.Replace(Installed, PerimeterProcess.Executable, StringComparison.Ordinal), TestContext.Current.CancellationToken);
            units.Add(copy);
        }

        using Process process = Process.Start(new ProcessStartInfo(analyze, ["verify", "--man=no", .. units]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0 && said.Trim().Length == 0, said);
    }

    [Fact]
    public void Finance_only_reads_and_within_limits()
    {
        XElement users = XElement.Load(Path.Combine(Folder, "clickhouse", "users.xml"));
        XElement profile = users.Element("profiles")!.Element("finance")!;
        Assert.Equal("1", profile.Element("readonly")!.Value);
        foreach (string limit in (string[])["max_threads", "max_execution_time", "max_memory_usage", "max_result_rows", "max_concurrent_queries_for_user"])
        {
            Assert.True(long.Parse(profile.Element(limit)!.Value, System.Globalization.CultureInfo.InvariantCulture) > 0, limit);
        }

        foreach (string user in (string[])["writer", "finance"])
        {
            XElement element = users.Element("users")!.Element(user)!;
            Assert.NotNull(element.Element("password")!.Attribute("from_env"));
            Assert.NotNull(users.Element("profiles")!.Element(element.Element("profile")!.Value));
        }

        Assert.DoesNotContain("INSERT", users.Element("users")!.Element("finance")!.Value, StringComparison.Ordinal);
    }

    private static async Task IsGoodAsync(string where, string[] command, IReadOnlyDictionary<string, string> environment)
    {
        (int exitCode, string output, string errors) = await PerimeterProcess.RunAsync([.. command, "--check"], environment);
        Assert.True(exitCode == 0 && output.Contains("The settings are good", StringComparison.Ordinal), $"{where}: {output}{errors}");
    }

    private static IEnumerable<(string Name, YamlMappingNode Node)> Services()
    {
        YamlStream yaml = [];
        using StreamReader reader = new(Path.Combine(Folder, "compose.yaml"));
        yaml.Load(reader);
        return ((YamlMappingNode)((YamlMappingNode)yaml.Documents[0].RootNode)["services"]).Select(entry => (((YamlScalarNode)entry.Key).Value!, (YamlMappingNode)entry.Value));
    }

    private static string Scalar(YamlMappingNode node, string name) => ((YamlScalarNode)node[name]).Value!;

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Variable();
}
