using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Ends and starts: what a signal may not lose, and what the options say.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task A_signal_while_calls_flow_loses_none_that_was_acknowledged()
    {
        using ScratchFolder scratch = new();
        HashSet<string> acknowledged = [];
        using (LiveInstance live = await LiveInstance.StartAsync(scratch, RepositoryFolders.Carrier))
        {
            Task flowing = Task.Run(async () =>
            {
                try
                {
                    for (int batch = 0; ; batch++)
                    {
                        using HttpResponseMessage answer = await live.SendAsync(
                            "application/x-ndjson", Encoding.UTF8.GetBytes(string.Join('\n', Calls.Ndjson("stop", batch * 50, 50))));
                        if (answer.StatusCode != HttpStatusCode.Accepted)
                        {
                            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                            return;
                        }

                        lock (acknowledged)
                        {
                            acknowledged.UnionWith(Enumerable.Range(batch * 50, 50).Select(number => $"stop-{number}"));
                        }
                    }
                }
                catch (Exception failure) when (failure is HttpRequestException or SocketException)
                {
                    // The listener is gone: what was not answered is the switch's to send again.
                }
            }, TestContext.Current.CancellationToken);
            await live.Process.WaitUntilAsync("calls flow", () =>
            {
                lock (acknowledged)
                {
                    return acknowledged.Count >= 1_000;
                }
            });
            await live.StopAsync();
            await flowing;
        }

        using LiveInstance again = await LiveInstance.StartAsync(scratch);
        string where = string.Join(',', acknowledged.Select(call => $"'{call}'"));
        Assert.True(acknowledged.Count >= 1_000);
        await again.WaitForAsync($"SELECT uniqExact(call_id) FROM rated_calls WHERE call_id IN ({where})", $"{acknowledged.Count}");
        Assert.Equal("0", await again.OneAsync("SELECT count() - uniqExact(call_id) FROM rated_calls"));
    }

    [Fact]
    public async Task Ports_and_bind_come_from_options_or_the_environment()
    {
        using ScratchFolder scratch = new();
        (int http, int clickHouse) = (FreePort(), FreePort());
        Dictionary<string, string> environment = new()
        {
            ["PERIMETER__Data"] = scratch["data"], ["PERIMETER__HttpPort"] = $"{http}", ["PERIMETER__ClickHousePort"] = $"{clickHouse}", ["PERIMETER__Bind"] = "0.0.0.0",
        };
        using PerimeterProcess up = PerimeterProcess.Start(["up"], environment);
        await up.WaitUntilAsync("it is up", () => up.IsServing(scratch["data"]));
        using HttpClient client = new();
        Assert.Equal("Ok.\n", await client.GetStringAsync(new Uri($"http://127.0.0.1:{clickHouse}/ping"), TestContext.Current.CancellationToken));
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri($"http://127.0.0.1:{http}/healthz"), TestContext.Current.CancellationToken));
        IPEndPoint[] listening = [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()];
        Assert.Contains(listening, address => address.Port == http && address.Address.Equals(IPAddress.Any));
        Assert.Contains(listening, address => address.Port == clickHouse && address.Address.Equals(IPAddress.Loopback));
        Assert.Equal(0, (await PerimeterProcess.RunAsync(["config", "apply", RepositoryFolders.Carrier], environment)).ExitCode);
        Assert.Equal(0, (await PerimeterProcess.RunAsync(["status"], environment)).ExitCode);
    }

    [Fact]
    public async Task A_folder_made_with_another_number_of_partitions_says_so()
    {
        using ScratchFolder scratch = new();
        using (PerimeterProcess up = await PerimeterProcess.UpAsync(scratch["data"], ["--partitions", "2"]))
        {
            up.Terminate();
            await up.WaitForExitAsync();
        }

        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(["up", "--data", scratch["data"], "--http-port", "0", "--clickhouse-port", "0", "--partitions", "3"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("--partitions 3", errors, StringComparison.Ordinal);
        Assert.Contains("made with 2 partitions", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_after_kill_9_takes_the_folder_over()
    {
        using ScratchFolder scratch = new();
        using (PerimeterProcess up = await PerimeterProcess.UpAsync(scratch["data"]))
        {
            up.Kill();
        }

        Assert.True(File.Exists(Path.Combine(scratch["data"], "admin.json")));
        Assert.Equal(3, (await PerimeterProcess.RunAsync(["status", "--data", scratch["data"]])).ExitCode);
        using PerimeterProcess again = await PerimeterProcess.UpAsync(scratch["data"]);
        again.Terminate();
        await again.WaitForExitAsync();
        Assert.Equal(0, again.ExitCode);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
