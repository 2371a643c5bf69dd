using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Ingest.Switches;

namespace Perimeter.Commands;

/// <summary>The switches of the configuration, and whether their records are understood.</summary>
internal static class SwitchesCommand
{
    private const int DefaultRecords = 10;
    private const string NoSwitches = "The configuration has no switches: add them to switches.csv of the carrier folder (docs/switches.md).";

    public static Command Create()
    {
        Command command = new("switches", "Lists the switches whose records are taken in their own words (switches.csv of the carrier folder; docs/switches.md), and checks a sample of their records.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Check());
        return command;
    }

    private static Option<string> CarrierOption() => new("--carrier")
    {
        Description = "Read switches.csv of this carrier folder, which need not be published yet, in place of the configuration in force", DefaultValueFactory = _ => "",
    };

    private static Command List()
    {
        Option<string> carrier = CarrierOption();
        Option<bool> json = new("--json") { Description = "As JSON lines, for programs" };
        Command command = new("list", "Lists the switches: what they are, and how their records come in.");
        OptionSet options = new(command, Settings.Data);
        command.Options.Add(carrier);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            IReadOnlyList<SwitchConfig> switches = SwitchesOf(options.DataFolder(parsed), parsed.GetValue(carrier)!);
            if (parsed.GetValue(json))
            {
                foreach (SwitchConfig config in switches)
                {
                    Console.Out.WriteLine(JsonSerializer.Serialize(
                        new { config.Id, config.Name, Type = TypeOf(config), Ways = WaysOf(config), config.TimeZone, HasKey = config.Key.Length > 0 }, AdminJson.Options));
                }

                return 0;
            }

            TextTable table = new(["name", "type", "records come", "time zone"]);
            foreach (SwitchConfig config in switches)
            {
                table.Add([config.Name, TypeOf(config), string.Join(", ", WaysOf(config)), config.TimeZone.Length > 0 ? config.TimeZone : "-"]);
            }

            Console.Out.WriteLine(switches.Count == 0 ? NoSwitches : table.Render(4));
            return 0;
        });
        return command;
    }

    private static Command Check()
    {
        Argument<string> name = new("NAME") { Description = "The switch, as switches.csv names it" };
        Option<string> file = new("--file")
        {
            Description = "A file that it wrote, or that holds what it posts; without it, the newest file of its folder", DefaultValueFactory = _ => "",
        };
        Option<int> records = new("--records") { Description = "How many records, from the file's beginning", DefaultValueFactory = _ => DefaultRecords };
        Option<string> carrier = CarrierOption();
        Option<bool> json = new("--json") { Description = "As JSON lines, one a record, for programs" };
        Command command = new(
            "check",
            "Reads a sample of a switch's records as they would be taken, and takes none: what each field became, what was refused and why, and the setting of the switch that mends it. Exit status: 0 all understood, 1 not.");
        OptionSet options = new(command, Settings.Data);
        command.Arguments.Add(name);
        command.Options.Add(file);
        command.Options.Add(records);
        command.Options.Add(carrier);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string data = options.DataFolder(parsed);
            SwitchConfig config = Find(SwitchesOf(data, parsed.GetValue(carrier)!), parsed.GetRequiredValue(name));
            string sample = SampleOf(config, data, parsed.GetValue(file)!);
            IReadOnlyList<CheckedRecord> read = Read(config, sample, Math.Max(1, parsed.GetValue(records)));
            foreach (CheckedRecord record in parsed.GetValue(json) ? read : [])
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(
                    new { record.Place, Fields = record.Fields.ToDictionary(field => field.Name, field => field.Value), record.Refused, record.RefusedField, record.PassedOver }, AdminJson.Options));
            }

            if (!parsed.GetValue(json))
            {
                Console.Out.Write(Text(config, sample, read));
            }

            return read.Count > 0 && read.All(record => record.Refused is null) ? 0 : CommandException.Failed;
        });
        return command;
    }

    private static IReadOnlyList<SwitchConfig> SwitchesOf(string dataFolder, string carrier)
    {
        if (carrier.Length > 0)
        {
            CarrierFolder read = CarrierFolder.Read(Path.GetFullPath(carrier));
            return read.Config?.Switches
                ?? throw new CommandException(string.Join(Environment.NewLine, read.Errors.Select(error => error.ToString())) + Environment.NewLine + "The carrier folder has errors: mend them first.");
        }

        RevisionStore store = new(DataFolder.Look(dataFolder).Config, TimeProvider.System);
        return store.Current is { } current
            ? store.LoadSwitches(current)
            : throw new CommandException("No configuration is published yet: perimeter config apply DIR, or name a carrier folder with --carrier.");
    }

    private static SwitchConfig Find(IReadOnlyList<SwitchConfig> switches, string name) =>
        switches.FirstOrDefault(config => config.Name == name)
        ?? throw new CommandException(switches.Count == 0
            ? NoSwitches
            : $"The configuration has no switch '{name}'; it has {string.Join(", ", switches.Select(config => config.Name))}.");

    private static string SampleOf(SwitchConfig config, string dataFolder, string file)
    {
        if (file.Length > 0)
        {
            return Path.GetFullPath(file);
        }

        if (config.Folder.Length == 0)
        {
            throw new CommandException($"'{config.Name}' has no folder to take a sample from: save what it sends in a file, and give that with --file. How: docs/switches.md.");
        }

        string folder = SwitchFolders.Of(config, DataFolder.Look(dataFolder).Path).Folder;
        try
        {
            return SwitchFolder.NewestFile(config with { Folder = folder })
                ?? throw new CommandException($"{folder} holds no file of '{config.Name}' that is whole: look at the columns folder, files and unfinished of switches.csv, or give a file with --file.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The folder of '{config.Name}' cannot be read: {failure.Message}", inner: failure);
        }
    }

    private static IReadOnlyList<CheckedRecord> Read(SwitchConfig config, string sample, int records)
    {
        try
        {
            return SwitchCheck.Read(config, sample, records, TimeProvider.System);
        }
        catch (CallFileException failure)
        {
            throw new CommandException(failure.Message, inner: failure);
        }
    }

    private static string Text(SwitchConfig config, string sample, IReadOnlyList<CheckedRecord> records)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"switch {config.Name} ({TypeOf(config)}): {string.Join(", ", WaysOf(config))}");
        text.AppendLine(CultureInfo.InvariantCulture, $"sample {sample}");
        foreach (CheckedRecord record in records)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"record {record.Place}: ");
            if (record.Refused is { } reason)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"refused: {record.RefusedField}{(record.RefusedField.Length > 0 ? " " : "")}{reason}");
                text.AppendLine(CultureInfo.InvariantCulture, $"  {record.Content.ReplaceLineEndings(" ").Trim()}");
            }
            else if (record.PassedOver is { } why)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"passed over: {why}");
            }
            else
            {
                text.AppendLine("understood");
                foreach (FieldShown field in record.Fields)
                {
                    text.AppendLine(CultureInfo.InvariantCulture, $"  {field.Name,-15} {field.Value}");
                }
            }
        }

        return text.AppendLine().AppendLine(records.Count == 0
            ? "The sample holds no record."
            : string.Create(CultureInfo.InvariantCulture, $"{records.Count(record => record.Fields.Count > 0)} understood, {records.Count(record => record.Refused is not null)} refused, {records.Count(record => record.PassedOver is not null)} passed over."))
            .ToString();
    }

    private static string TypeOf(SwitchConfig config) => CarrierWords.WordOf(CarrierWords.SwitchTypes, config.Type);

    private static IReadOnlyList<string> WaysOf(SwitchConfig config)
    {
        List<string> ways = [];
        if (SwitchTypes.WaysOf(config.Type).HasFlag(SwitchWays.Posts))
        {
            ways.Add($"posted to /v1/switches/{config.Name}/{TypeOf(config)}");
        }

        (string Way, string Where)[] others = [("in files of ", config.Folder), ("in datagrams to ", config.Listen), ("on the topic ", config.Topic)];
        ways.AddRange(others.Where(way => way.Where.Length > 0).Select(way => way.Way + way.Where));
        return ways;
    }
}
