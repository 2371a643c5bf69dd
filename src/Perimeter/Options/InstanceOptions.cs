using System.Net;

namespace Perimeter.Commands;

/// <summary>Where an instance keeps its data, where it listens, and how long it keeps things.</summary>
public sealed record InstanceOptions
{
    public const int DefaultHttpPort = 8080;
    public const int DefaultClickHousePort = 8123;

    public string DataFolder { get; init; } = "data";

    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Calls are taken here: <c>POST /v1/calls</c>. 0 picks a free port.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>ClickHouse's HTTP interface, for readers. Always on the loopback address. 0 picks a free port.</summary>
    public int ClickHousePort { get; init; } = DefaultClickHousePort;

    /// <summary>Partitions of the embedded log; fixed when a data folder is made.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>How long after its end a call may be repeated and still be known by its key.</summary>
    public int HorizonHours { get; init; } = 6;

    /// <summary>How long the log keeps frames that everybody has read.</summary>
    public int LogRetentionHours { get; init; } = 24;

    /// <summary>How long rated calls stay in ClickHouse, by the day they landed; whole months go at once.</summary>
    public int CallRetentionDays { get; init; } = 400;

    /// <summary>All that is wrong, one sentence each; empty where the options can be used.</summary>
    public IReadOnlyList<string> Check()
    {
        List<string> wrong = [];
        Range(HttpPort, 0, 65_535, "--http-port");
        Range(ClickHousePort, 0, 65_535, "--clickhouse-port");
        Range(Partitions, 1, 64, "--partitions");
        Range(HorizonHours, 1, 168, "--horizon-hours");
        Range(LogRetentionHours, HorizonHours + 2, 24 * 365, "--log-retention-hours");
        Range(CallRetentionDays, 31, 36_500, "--call-retention-days");
        if (!IPAddress.TryParse(Bind, out _))
        {
            wrong.Add($"--bind {Bind}: not an IP address. Use 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses.");
        }

        if (HttpPort != 0 && HttpPort == ClickHousePort)
        {
            wrong.Add($"--http-port and --clickhouse-port are both {HttpPort}: give them different ports.");
        }

        if (string.IsNullOrWhiteSpace(DataFolder))
        {
            wrong.Add("--data is empty: name a folder.");
        }

        return wrong;

        void Range(int value, int least, int most, string option)
        {
            if (value < least || value > most)
            {
                wrong.Add($"{option} {value}: must be from {least} to {most}.");
            }
        }
    }
}
