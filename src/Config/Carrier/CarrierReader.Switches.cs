using System.Net;
using System.Text;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Config;

/// <content>The switches whose records are taken in their own words.</content>
internal sealed partial class CarrierReader
{
    private const int LeastKeyBytes = 16;
    private const int MaxPathBytes = 4000;
    private const int MaxTextBytes = 4000;

    private const string SwitchesFile = "switches.csv";

    private readonly NamedRows _switchRows = new(SwitchesFile);
    private readonly List<SwitchConfig> _switches = [];

    /// <summary>Whether the switches can be read by this file alone.</summary>
    public static bool IsOfSwitches(string path) => path == SwitchesFile;

    /// <summary>The switches of a folder that was checked as a whole before.</summary>
    public IReadOnlyList<SwitchConfig> ReadSwitchesAlone()
    {
        ReadSwitches();
        return _switches;
    }

    private void ReadSwitches() => ReadTable(_switchRows, CarrierTables.Switches, required: false, table =>
    {
        table.TryId((int)SwitchColumn.Id, out int id);
        if (table.TryName((int)SwitchColumn.Name, out string name) && name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            table.Fail((int)SwitchColumn.Name, $"{Shown.Text(table[(int)SwitchColumn.Name])} stands in the address that the switch posts to: write letters, digits, points, hyphens and underscores only");
        }

        bool hasType = table.TryRequiredWord((int)SwitchColumn.Type, CarrierWords.SwitchTypes, out SwitchType type);
        SwitchConfig config = new(id, name, type)
        {
            Folder = TextOf(table, SwitchColumn.Folder, MaxPathBytes),
            Files = TextOf(table, SwitchColumn.Files, MaxTextBytes),
            Unfinished = TextOf(table, SwitchColumn.Unfinished, MaxTextBytes),
            Archive = TextOf(table, SwitchColumn.Archive, MaxPathBytes),
            TimeZone = TimeZoneOf(table, (int)SwitchColumn.TimeZone, ""),
            Key = KeyOf(table),
            Listen = ListenOf(table),
            Topic = TopicOf(table),
            Mapping = MappingOf(table),
            Delimiter = DelimiterOf(table),
        };
        if (hasType)
        {
            CheckWays(table, config);
            CheckShared(table, config);
        }

        _switchRows.Add(table, (int)SwitchColumn.Id, id, (int)SwitchColumn.Name, name, Interval.Always);
        _switches.Add(config);
    });

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>A cell that the type cannot use is a misunderstanding, and one that it needs is missed before the first call is lost.</summary>
    private static void CheckWays(TableReader table, SwitchConfig config)
    {
        SwitchWays ways = SwitchTypes.WaysOf(config.Type);
        string type = CarrierWords.WordOf(CarrierWords.SwitchTypes, config.Type);
        FailUseless(table, SwitchColumn.Folder, ways.HasFlag(SwitchWays.Files), $"{type} writes no files that are read here");
        FailUseless(table, SwitchColumn.Listen, ways.HasFlag(SwitchWays.Datagrams), $"{type} sends no datagrams that are read here");
        FailUseless(table, SwitchColumn.Topic, ways.HasFlag(SwitchWays.Topic), $"{type} writes no topic that is read here");
        FailUseless(table, SwitchColumn.Key, ways.HasFlag(SwitchWays.Posts), $"{type} posts nothing, so that no key is asked for");
        FailUseless(table, SwitchColumn.Mapping, config.Type == SwitchType.Csv, $"belongs to the type csv: the fields of {type} are known");
        FailUseless(table, SwitchColumn.Delimiter, config.Type == SwitchType.Csv, $"belongs to the type csv: the fields of {type} are known");
        foreach (SwitchColumn column in (SwitchColumn[])[SwitchColumn.Files, SwitchColumn.Unfinished, SwitchColumn.Archive])
        {
            FailUseless(table, column, config.Folder.Length > 0, "says nothing without a folder");
        }

        if (config.Archive.Length > 0 && Path.TrimEndingDirectorySeparator(config.Archive) == Path.TrimEndingDirectorySeparator(config.Folder))
        {
            table.Fail((int)SwitchColumn.Archive, "is the folder itself: its files would move within it for ever; name another one");
        }

        if (ways == SwitchWays.Files)
        {
            table.FailEmpty((int)SwitchColumn.Folder);
        }

        if (config.Type is SwitchType.Kamailio && config.Folder.Length > 0 && config.Key.Length == 0)
        {
            table.Fail((int)SwitchColumn.Key, "is empty: a stranger's packet can write a line into Kamailio's log, and the key tells its own events from those (PERIMETER_KEY)");
        }

        if (config.Type is SwitchType.RibbonAct && table[(int)SwitchColumn.TimeZone].IsEmpty)
        {
            table.Fail((int)SwitchColumn.TimeZone, $"is empty: the times of {type} are local ones, and which clock they are by is not guessed");
        }
    }

    /// <summary>Two switches of one folder, topic or address would be two calls of each record.</summary>
    private void CheckShared(TableReader table, SwitchConfig config)
    {
        for (int i = 0; i < _switches.Count; i++)
        {
            SwitchConfig other = _switches[i];
            if (config.Folder.Length > 0 && config.Folder.TrimEnd('/') == other.Folder.TrimEnd('/') && (config.Files.Length == 0 || other.Files.Length == 0 || config.Files == other.Files))
            {
                table.Fail((int)SwitchColumn.Folder, $"is that of line {_switchRows.LineOf(i)} too, and each of its files would be taken for both switches: give each the files column that tells its own, or a folder of its own");
            }

            if (config.Topic.Length > 0 && config.Topic == other.Topic)
            {
                table.Fail((int)SwitchColumn.Topic, $"is that of line {_switchRows.LineOf(i)} too, and each of its messages would be taken for both switches");
            }

            if (config.Listen.Length > 0 && config.Listen == other.Listen)
            {
                table.Fail((int)SwitchColumn.Listen, $"is that of line {_switchRows.LineOf(i)} too");
            }
        }
    }

    private static void FailUseless(TableReader table, SwitchColumn column, bool isOfUse, string reason)
    {
        if (!isOfUse && !table[(int)column].IsEmpty)
        {
            table.Fail((int)column, reason);
        }
    }

    private static string TextOf(TableReader table, SwitchColumn column, int maxBytes) =>
        table.TryText((int)column, maxBytes, out ReadOnlySpan<byte> text) ? Encoding.UTF8.GetString(text) : "";

    private static string KeyOf(TableReader table)
    {
        ReadOnlySpan<byte> text = table[(int)SwitchColumn.Key];
        if (!text.IsEmpty && (text.Length < LeastKeyBytes || text.ContainsAnyExceptInRange((byte)'!', (byte)'~')))
        {
            table.Fail((int)SwitchColumn.Key, $"must be {LeastKeyBytes} or more ASCII characters without spaces");
        }

        return TextOf(table, SwitchColumn.Key, MaxTextBytes);
    }

    private static string ListenOf(TableReader table)
    {
        string text = TextOf(table, SwitchColumn.Listen, MaxAddressBytes);
        if (text.Length > 0 && (!IPEndPoint.TryParse(text, out IPEndPoint? address) || address.Port == 0))
        {
            table.Fail((int)SwitchColumn.Listen, $"{Shown.Text(table[(int)SwitchColumn.Listen])} is not an IP address with a port, as in 127.0.0.1:9120");
        }

        return text;
    }

    private static string TopicOf(TableReader table)
    {
        const int longest = 249;
        string text = TextOf(table, SwitchColumn.Topic, longest);
        if (text.AsSpan().ContainsAnyExcept(NameCharacters) || text is "." or "..")
        {
            table.Fail((int)SwitchColumn.Topic, $"{Shown.Text(table[(int)SwitchColumn.Topic])} is not the name of a topic of Kafka");
        }

        return text;
    }

    private static IReadOnlyList<string> MappingOf(TableReader table)
    {
        string[] mappings = TextOf(table, SwitchColumn.Mapping, MaxTextBytes).Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            CallRecordMapping.Parse(mappings);
        }
        catch (FormatException wrong)
        {
            table.Fail((int)SwitchColumn.Mapping, wrong.Message);
        }

        return mappings;
    }

    private static char DelimiterOf(TableReader table)
    {
        string text = TextOf(table, SwitchColumn.Delimiter, MaxTextBytes);
        char? delimiter = text switch
        {
            "" => '\0',
            "tab" => '\t',
            "comma" => ',',
            "semicolon" => ';',
            "bar" => '|',
            _ => null,
        };
        if (delimiter is null)
        {
            table.Fail((int)SwitchColumn.Delimiter, $"{Shown.Text(table[(int)SwitchColumn.Delimiter])} is not one of: comma, semicolon, tab, bar");
        }

        return delimiter ?? '\0';
    }
}
