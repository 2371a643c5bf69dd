using System.Collections;
using System.CommandLine;
using System.Globalization;

namespace Perimeter.Commands;

/// <summary>The options of an instance on the command line. Each has its environment variable, which gives the default.</summary>
internal sealed class OptionSet
{
    private readonly Option<string> _data = Text("--data", "Data", new InstanceOptions().DataFolder, "Folder that holds the log, ClickHouse, the configuration and the keys");
    private readonly Option<string> _bind = Text("--bind", "Bind", new InstanceOptions().Bind, "Address on which calls are taken");
    private readonly Option<int> _httpPort = Number("--http-port", "HttpPort", new InstanceOptions().HttpPort, "Port of POST /v1/calls; 0 picks a free one");
    private readonly Option<int> _clickHousePort = Number("--clickhouse-port", "ClickHousePort", new InstanceOptions().ClickHousePort, "Port of ClickHouse's HTTP interface, on 127.0.0.1; 0 picks a free one");
    private readonly Option<int> _partitions = Number("--partitions", "Partitions", new InstanceOptions().Partitions, "Partitions of the log; fixed when the data folder is made");
    private readonly Option<int> _horizon = Number("--horizon-hours", "HorizonHours", new InstanceOptions().HorizonHours, "Hours after its end within which a repeated call is known by its key");
    private readonly Option<int> _logRetention = Number("--log-retention-hours", "LogRetentionHours", new InstanceOptions().LogRetentionHours, "Hours that the log keeps what everybody has read");
    private readonly Option<int> _callRetention = Number("--call-retention-days", "CallRetentionDays", new InstanceOptions().CallRetentionDays, "Days that rated calls stay in ClickHouse; whole months go at once");

    /// <summary>The folder alone, for commands that look into it.</summary>
    public void AddDataTo(Command command) => command.Options.Add(_data);

    public void AddAllTo(Command command)
    {
        foreach (Option option in (Option[])[_data, _bind, _httpPort, _clickHousePort, _partitions, _horizon, _logRetention, _callRetention])
        {
            command.Options.Add(option);
        }
    }

    public string DataFolder(ParseResult parsed) => parsed.GetRequiredValue(_data);

    /// <exception cref="CommandException">Some options cannot be used; the message names all of them.</exception>
    public InstanceOptions Read(ParseResult parsed)
    {
        InstanceOptions options = new()
        {
            DataFolder = parsed.GetRequiredValue(_data),
            Bind = parsed.GetRequiredValue(_bind),
            HttpPort = parsed.GetRequiredValue(_httpPort),
            ClickHousePort = parsed.GetRequiredValue(_clickHousePort),
            Partitions = parsed.GetRequiredValue(_partitions),
            HorizonHours = parsed.GetRequiredValue(_horizon),
            LogRetentionHours = parsed.GetRequiredValue(_logRetention),
            CallRetentionDays = parsed.GetRequiredValue(_callRetention),
        };
        IReadOnlyList<string> wrong = options.Check();
        return wrong.Count == 0 ? options : throw new CommandException(string.Join(Environment.NewLine, wrong));
    }

    public static Option<string> Text(string name, string variable, string fallback, string description) =>
        new(name)
        {
            Description = $"{description} [env: PERIMETER__{variable}]",
            DefaultValueFactory = _ => FromEnvironment(variable) ?? fallback,
        };

    /// <summary>A number that PERIMETER__<paramref name="variable"/> gives the default of.</summary>
    /// <exception cref="CommandException">When it is read: the variable holds no whole number.</exception>
    public static Option<int> Number(string name, string variable, int fallback, string description) =>
        new(name)
        {
            Description = $"{description} [env: PERIMETER__{variable}]",
            DefaultValueFactory = _ => FromEnvironment(variable) is not { } text ? fallback
                : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value
                : throw new CommandException($"PERIMETER__{variable} is '{text}': not a whole number."),
        };

    private static string? FromEnvironment(string variable)
    {
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (string.Equals((string)entry.Key, "PERIMETER__" + variable, StringComparison.OrdinalIgnoreCase))
            {
                return (string?)entry.Value is { Length: > 0 } value ? value : null;
            }
        }

        return null;
    }
}
