using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Switches that send what they write anyway: registered, checked, posted, from a folder, put aside and sent again.</summary>
public sealed class SwitchesTests
{
    private const string Key = "a-key-of-this-switch";
    private const string Header = "Session;From;To;Start;Answer;End";

    [Fact]
    public async Task What_a_switch_writes_is_charged_once_by_whichever_way_it_comes()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = CarrierWithSwitches(scratch, zone: "America/New_York");
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        string leg = await File.ReadAllTextAsync(Path.Combine(Fixtures, "b-leg-answered.json"), TestContext.Current.CancellationToken);

        // Posted, sent again, and once more from the error directory.
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(live, "fs-1", "freeswitch", leg, Key));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(live, "fs-1", "freeswitch", "cdr=" + Uri.EscapeDataString(leg), Key));
        Directory.CreateDirectory(scratch["errors"]);
        await File.WriteAllTextAsync(scratch["errors/leg.cdr.json"], leg + "\n", TestContext.Current.CancellationToken);

        // A folder within the data folder, by a mapping, in local time.
        string folder = Path.Combine(live.DataFolder, "cdrs");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "one.csv"), $"{Header}\nc1;12125550100;442079460000;2026-07-01 08:00:00;2026-07-01 08:00:05;2026-07-01 08:01:05\n", TestContext.Current.CancellationToken);
        await live.WaitForAsync("SELECT count() FROM rated_calls", "2");
        Assert.Equal(
            ["flat-1|c1|60000|2026-07-01 12:00:00.000", "fs-fra-1|0b7c3a52-5a6e-4a9d-9d3e-5a1d7f0c1a01|60999|2025-06-15 10:00:00.570"],
            (await live.QueryAsync("SELECT switch_id, call_id, dateDiff('millisecond', answer_time, end_time), toString(setup_time) FROM rated_calls ORDER BY switch_id")).Select(row => string.Join('|', row)));
        await live.WaitForAsync("SELECT sum(repeats) FROM passed_events", "2");

        Assert.Contains($"flat-1: {folder}, 1 files taken", await live.CommandAsync("status"), StringComparison.Ordinal);
        Assert.Contains("posted to /v1/switches/fs-1/freeswitch, in files of " + scratch["errors"], await live.CommandAsync("switches", "list"), StringComparison.Ordinal);
        string understood = await live.CommandAsync("switches", "check", "fs-1");
        foreach (string part in (string[])["sample " + scratch["errors/leg.cdr.json"], "record 1: understood", "  answer_time     2025-06-15T10:00:08.224Z", "  vendor_trunk    south-2", "1 understood, 0 refused, 0 passed over."])
        {
            Assert.Contains(part, understood, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_was_put_aside_for_want_of_a_zone_is_good_once_the_zone_is_stated()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = CarrierWithSwitches(scratch, zone: "");
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        await File.WriteAllTextAsync(scratch["late.csv"], $"{Header}\nc1;12125550100;442079460000;2026-07-01 08:00:00;2026-07-01 08:00:05;2026-07-01 08:01:05\n", TestContext.Current.CancellationToken);
        (int refused, string output, _) = await PerimeterProcess.RunAsync(["switches", "check", "flat-1", "--file", scratch["late.csv"], "--data", live.DataFolder]);
        Assert.Equal(1, refused);
        Assert.Contains("record 2: refused: setup_time has no offset from UTC", output, StringComparison.Ordinal);
        (int putAside, _, _) = await PerimeterProcess.RunAsync(["ingest", "--switch", "flat-1", scratch["late.csv"], "--data", live.DataFolder]);
        Assert.Equal(1, putAside);
        await live.WaitForAsync("SELECT count() FROM quarantined_events WHERE source = 'switch:flat-1:late.csv'", "1");
        (int still, string said, _) = await PerimeterProcess.RunAsync(["quarantine", "replay", "--all", "--data", live.DataFolder]);
        Assert.NotEqual(0, still);
        Assert.Contains("setup_time has no offset from UTC", said, StringComparison.Ordinal);

        WriteSwitches(carrier, scratch, zone: "America/New_York");
        await live.CommandAsync("config", "apply", carrier.Path);
        await live.CommandAsync("quarantine", "replay", "--all");
        await live.WaitForAsync("SELECT count() FROM rated_calls WHERE call_id = 'c1' AND setup_time = '2026-07-01 12:00:00.000' AND outcome_a = 'Rated'", "1");
    }

    [Fact]
    public async Task A_switch_is_known_by_its_name_its_kind_and_its_key()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = CarrierWithSwitches(scratch, zone: "UTC");
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        string leg = await File.ReadAllTextAsync(Path.Combine(Fixtures, "b-leg-answered.json"), TestContext.Current.CancellationToken);
        string ownKey = (await File.ReadAllTextAsync(Path.Combine(live.DataFolder, "api-key"), TestContext.Current.CancellationToken)).Trim();
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(live, "fs-1", "freeswitch", leg, ownKey));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(live, "fs-1", "yeti", leg, Key));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(live, "nobody", "freeswitch", leg, Key));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(live, "fs-1", "yeti", leg, ownKey));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(live, "nobody", "freeswitch", leg, ownKey));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(live, "flat-1", "csv", leg, ownKey));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(live, "fs-1", "freeswitch", " \n", Key));
        (int unknown, _, string errors) = await PerimeterProcess.RunAsync(["switches", "check", "nobody", "--data", live.DataFolder]);
        Assert.Equal(1, unknown);
        Assert.Contains("no switch 'nobody'; it has fs-1, flat-1", errors, StringComparison.Ordinal);

        // Taken out of the configuration, it is not known from then on.
        carrier.Write("switches.csv", "id,name,type");
        await live.CommandAsync("config", "apply", carrier.Path);
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(live, "fs-1", "freeswitch", leg, ownKey));
    }

    [Fact]
    public async Task A_call_that_lasted_longer_than_its_group_lets_it_is_charged_and_shown_as_suspect()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = CarrierWithSwitches(scratch, zone: "UTC");
        carrier.Write("trunk_groups.csv", "id,name,relationship,direction,relation,longest_duration\n1,Northgate Premium,1,termination,customer,3600\n2,EuroRoute Gold,2,termination,vendor,");
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        foreach ((string call, int minutes) in ((string, int)[])[("long", 61), ("fine", 60)])
        {
            await live.PostAsync("application/json", $$"""
                {"switch_id":"sw1","call_id":"{{call}}","trunk_group_a":"Northgate Premium","trunk_group_b":"EuroRoute Gold","ani":"12125550100","dnis":"442079460000",
                "setup_time":"2026-09-15T09:00:00Z","answer_time":"2026-09-15T09:00:00Z","duration_ms":{{minutes * 60_000}},"sip_code":200}
                """);
        }

        await live.WaitForAsync("SELECT count() FROM rated_calls WHERE outcome_a = 'Rated'", "2");
        Assert.Equal(["long|Northgate Premium|3660|0.61"], (await live.QueryAsync("SELECT call_id, trunk_group_a, seconds_a, toString(system_charge_a) FROM suspect_calls")).Select(row => string.Join('|', row)));
        Assert.Contains("Suspect: it lasted 3660 s, longer than the 3600 s of trunk group 'Northgate Premium'", await live.CommandAsync("explain", "--call", "long"), StringComparison.Ordinal);
        Assert.DoesNotContain("Suspect", await live.CommandAsync("explain", "--call", "fine"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datagrams_are_taken_where_the_configuration_says_and_a_port_that_is_taken_is_told_and_tried_again()
    {
        using ScratchFolder scratch = new();
        using CarrierCopy carrier = new(0.01m);
        using System.Net.Sockets.UdpClient squatter = new(new IPEndPoint(IPAddress.Loopback, 0));
        string address = squatter.Client.LocalEndPoint!.ToString()!;
        carrier.Write("switches.csv", $"id,name,type,listen\n1,osips-1,opensips,{address}");
        using LiveInstance live = await LiveInstance.StartAsync(scratch, carrier.Path);
        using HttpClient http = new() { BaseAddress = live.Process.HttpAddress(live.DataFolder) };
        string told = await UntilAsync(http, readiness => readiness.Contains("its datagrams cannot be taken on", StringComparison.Ordinal));
        Assert.Contains($"switch osips-1, datagrams to {address}", told, StringComparison.Ordinal);
        squatter.Dispose();
        await UntilAsync(http, readiness => readiness.Contains("\"ready\":true", StringComparison.Ordinal));

        byte[] datagram = await File.ReadAllBytesAsync(Path.Combine(RepositoryFolders.Root, "tests/Ingest.Tests/Switches/Fixtures/opensips/cdr.json"), TestContext.Current.CancellationToken);
        using System.Net.Sockets.UdpClient sender = new();
        await sender.SendAsync(datagram, IPEndPoint.Parse(address), TestContext.Current.CancellationToken);
        await live.WaitForAsync("SELECT count() FROM rated_calls WHERE switch_id = 'osips-1' AND call_id = 'a1b2@198.51.100.7'", "1");
    }

    private static async Task<string> UntilAsync(HttpClient http, Predicate<string> isSo)
    {
        using Deadline deadline = new(TimeSpan.FromMinutes(1));
        while (true)
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
            string readiness = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (isSo(readiness))
            {
                return readiness;
            }

            await deadline.WaitAsync($"readiness is as it should be; it is {readiness}");
        }
    }

    private static string Fixtures => Path.Combine(RepositoryFolders.Root, "tests/Ingest.Tests/Switches/Fixtures/freeswitch");

    private static CarrierCopy CarrierWithSwitches(ScratchFolder scratch, string zone)
    {
        CarrierCopy carrier = new(0.01m);
        WriteSwitches(carrier, scratch, zone);
        return carrier;
    }

    private static void WriteSwitches(CarrierCopy carrier, ScratchFolder scratch, string zone) => carrier.Write(
        "switches.csv",
        "id,name,type,folder,time_zone,key,mapping\n"
        + $"1,fs-1,freeswitch,{scratch["errors"]},,{Key},\n"
        + $"2,flat-1,csv,cdrs,{zone},,call_id=Session|ani=From|dnis=To|setup_time=Start|answer_time=Answer|end_time=End|trunk_group_a:=Northgate Premium|trunk_group_b:=EuroRoute Gold");

    private static async Task<HttpStatusCode> PostAsync(LiveInstance live, string name, string kind, string body, string key)
    {
        using HttpClient http = new() { BaseAddress = live.Process.HttpAddress(live.DataFolder) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"switch:{key}")));
        using StringContent content = new(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        using HttpResponseMessage answer = await http.PostAsync(new Uri($"/v1/switches/{name}/{kind}?uuid=a_1", UriKind.Relative), content, TestContext.Current.CancellationToken);
        if (answer.StatusCode == HttpStatusCode.Accepted)
        {
            Assert.Equal(1, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("accepted").GetInt32());
        }

        return answer.StatusCode;
    }
}
