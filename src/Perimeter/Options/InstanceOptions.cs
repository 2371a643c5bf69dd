using System.Net;
using Perimeter.RatingEngine;

namespace Perimeter.Commands;

/// <summary>Where an instance keeps its data, where it listens, what it reaches, and how long it keeps things.</summary>
public sealed record InstanceOptions
{
    public const int DefaultHttpPort = 8080;
    public const int DefaultClickHousePort = 8123;
    public const int DefaultWriterPort = 8124;

    public string DataFolder { get; init; } = "data";

    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Calls are taken here, and health and metrics told. 0 picks a free port.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>ClickHouse's HTTP interface, for readers. Always on the loopback address. 0 picks a free port.</summary>
    public int ClickHousePort { get; init; } = DefaultClickHousePort;

    /// <summary>Partitions of the embedded log; fixed when a data folder is made.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>How long after its end a call may be repeated and still be known by its key.</summary>
    public int HorizonHours { get; init; } = 6;

    /// <summary>How many keys of calls are held in memory at most.</summary>
    public int MaxKeys { get; init; } = (int)new DeduplicationOptions().MaxKeys;

    /// <summary>How long the log keeps frames that everybody has read.</summary>
    public int LogRetentionHours { get; init; } = 24;

    /// <summary>How long rated calls stay in ClickHouse, by the day they landed; whole months go at once.</summary>
    public int CallRetentionDays { get; init; } = 400;

    /// <summary>Batches of rated calls that land at the same time.</summary>
    public int Lanes { get; init; } = 2;

    /// <summary>From the first frame of a batch until it lands though it is not full, in ms.</summary>
    public int LandingDelayMs { get; init; } = 150;

    /// <summary>Where aggregators of other processes write. 0 picks a free port.</summary>
    public int WriterPort { get; init; } = DefaultWriterPort;

    public string WriterBind { get; init; } = "127.0.0.1";

    /// <summary>A carrier folder to publish at the start; empty for none.</summary>
    public string Carrier { get; init; } = "";

    /// <summary>Null: the log is embedded, in the data folder.</summary>
    public KafkaOptions? Kafka { get; init; }

    /// <summary>Null: ClickHouse's engine is embedded, in the data folder.</summary>
    public ClickHouseOptions? ClickHouse { get; init; }

    /// <summary>Whether the folders, datagrams and topics of switches are taken. A command that takes the idle data folder for one task leaves them alone.</summary>
    public bool TakesFeeds { get; init; } = true;

    /// <exception cref="CommandException">Some settings cannot be used; the message names all of them.</exception>
    internal static InstanceOptions Read(SettingValues values, InstanceRoles roles)
    {
        InstanceOptions options = new()
        {
            DataFolder = values.Text(Settings.Data),
            Bind = values.Text(Settings.Bind),
            HttpPort = values.Number(Settings.HttpPort),
            ClickHousePort = values.Number(Settings.ClickHousePort),
            Partitions = values.Number(Settings.Partitions),
            HorizonHours = values.Number(Settings.HorizonHours),
            MaxKeys = values.Number(Settings.MaxKeys),
            LogRetentionHours = values.Number(Settings.LogRetentionHours),
            CallRetentionDays = values.Number(Settings.CallRetentionDays),
            Lanes = values.Number(Settings.Lanes),
            LandingDelayMs = values.Number(Settings.LandingDelayMs),
            WriterPort = values.Number(Settings.WriterPort),
            WriterBind = values.Text(Settings.WriterBind),
            Carrier = values.Text(Settings.Carrier),
            Kafka = roles.MayUseKafka() && values.Text(Settings.Kafka).Length > 0 ? KafkaOptions.Read(values) : null,
            ClickHouse = roles.NeedsClickHouse() && values.Text(Settings.ClickHouseUrl).Length > 0 ? ClickHouseOptions.Read(values) : null,
        };
        values.AddWrong(options.Check(roles));
        values.ThrowIfWrong();
        return options;
    }

    /// <summary>All that is wrong, one sentence each; empty where the options can be used.</summary>
    internal IReadOnlyList<string> Check(InstanceRoles roles)
    {
        List<string> wrong = [];
        Range(HttpPort, 0, 65_535, Settings.HttpPort);
        Range(ClickHousePort, 0, 65_535, Settings.ClickHousePort);
        Range(WriterPort, 0, 65_535, Settings.WriterPort);
        Range(Partitions, 1, 64, Settings.Partitions);
        Range(HorizonHours, 1, 168, Settings.HorizonHours);
        Range(MaxKeys, (int)DeduplicationOptions.LeastKeys, (int)DeduplicationOptions.MostKeys, Settings.MaxKeys);
        Range(LogRetentionHours, HorizonHours + 2, 24 * 365, Settings.LogRetentionHours);
        Range(CallRetentionDays, 31, 36_500, Settings.CallRetentionDays);
        Range(Lanes, 1, 64, Settings.Lanes);
        Range(LandingDelayMs, 1, 60_000, Settings.LandingDelayMs);
        Address(Bind, Settings.Bind);
        Address(WriterBind, Settings.WriterBind);
        (Setting Setting, int Port)[] ports = roles.HasFlag(InstanceRoles.Warehouse)
            ? [(Settings.HttpPort, HttpPort), (Settings.ClickHousePort, ClickHousePort), (Settings.WriterPort, WriterPort)]
            : [(Settings.HttpPort, HttpPort), (Settings.ClickHousePort, ClickHousePort)];
        foreach (IGrouping<int, (Setting Setting, int Port)> same in ports.Where(port => port.Port != 0).GroupBy(port => port.Port).Where(group => group.Count() > 1))
        {
            wrong.Add($"{string.Join(" and ", same.Select(port => port.Setting.Name))} are both {same.Key}: give them different ports.");
        }

        if (string.IsNullOrWhiteSpace(DataFolder))
        {
            wrong.Add($"{Settings.Data.Name} is empty: name a folder.");
        }

        if (roles.NeedsKafka() && Kafka is null)
        {
            wrong.Add($"{Settings.Kafka.Name} is not given: this role reads and writes Kafka. Give its brokers as host:port, or let 'perimeter up' run everything in one process without Kafka.");
        }

        if (roles.NeedsClickHouse() && ClickHouse is null)
        {
            wrong.Add($"{Settings.ClickHouseUrl.Name} is not given: name a ClickHouse server, or the writer's port of 'perimeter warehouse'.");
        }

        wrong.AddRange(Kafka?.Check(HorizonHours) ?? []);
        wrong.AddRange(ClickHouse?.Check() ?? []);
        return wrong;

        void Range(int value, int least, int most, Setting setting)
        {
            if (value < least || value > most)
            {
                wrong.Add($"{setting.Name} {value}: must be from {least} to {most}.");
            }
        }

        void Address(string text, Setting setting)
        {
            if (!IPAddress.TryParse(text, out _))
            {
                wrong.Add($"{setting.Name} {text}: not an IP address. Use 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses.");
            }
        }
    }
}
