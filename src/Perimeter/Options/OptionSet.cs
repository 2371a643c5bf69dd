using System.CommandLine;

namespace Perimeter.Commands;

/// <summary>The settings that one command takes, as its flags.</summary>
internal sealed class OptionSet
{
    private readonly Option<string> _file = new(Settings.File.Flag!) { Description = Settings.File.Help };
    private readonly Dictionary<string, Option<string>> _flags = [];
    private readonly Dictionary<string, Setting> _settings = [];

    public OptionSet(Command command, params IEnumerable<Setting> settings)
    {
        foreach (Setting setting in settings)
        {
            _settings.Add(setting.Key, setting);
            if (setting.Flag is { } flag)
            {
                Option<string> option = new(flag) { Description = setting.Help };
                _flags.Add(setting.Key, option);
                command.Options.Add(option);
            }
        }

        command.Options.Add(_file);
    }

    /// <summary>The folder alone, for commands that look into it.</summary>
    /// <exception cref="CommandException">A setting is wrong.</exception>
    public string DataFolder(ParseResult parsed)
    {
        SettingValues values = Read(parsed);
        string folder = values.Text(Settings.Data);
        values.ThrowIfWrong();
        return folder;
    }

    /// <summary>What each setting is, and all that is wrong with them.</summary>
    public SettingValues Read(ParseResult parsed)
    {
        List<string> wrong = [];
        SettingSources sources = SettingSources.Read(parsed.GetValue(_file), wrong);
        return new SettingValues(setting => _flags.TryGetValue(setting.Key, out Option<string>? option) ? parsed.GetValue(option) : null, _settings, sources, wrong);
    }
}
