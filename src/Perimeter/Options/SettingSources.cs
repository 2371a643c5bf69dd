using Microsoft.Extensions.Configuration;

namespace Perimeter.Commands;

/// <summary>What the environment and a settings file say, before any flag.</summary>
internal sealed class SettingSources
{
    private static readonly IConfigurationRoot Environment = new ConfigurationBuilder().AddEnvironmentVariables(Setting.EnvironmentPrefix).Build();

    private readonly IConfigurationRoot? _file;
    private readonly string _fileName;

    private SettingSources(IConfigurationRoot? file, string fileName)
    {
        _file = file;
        _fileName = fileName;
    }

    /// <summary>What the environment gives a setting as; null where it does not.</summary>
    public static string? InEnvironment(Setting setting) => Environment[setting.Key] is { Length: > 0 } given ? given : null;

    /// <param name="file">The settings file that a flag names; null where none does, and the environment may.</param>
    /// <param name="wrong">Where what is wrong with the file, and names that are no settings, are added.</param>
    public static SettingSources Read(string? file, List<string> wrong)
    {
        file ??= InEnvironment(Settings.File);
        SettingSources sources = new(string.IsNullOrEmpty(file) ? null : ReadFile(file, wrong), file ?? "");
        wrong.AddRange(Unknown(Environment).Select(key => $"{Setting.EnvironmentPrefix}{key.Replace(":", "__", StringComparison.Ordinal)}: there is no such setting.{Like(key)}"));
        wrong.AddRange(Unknown(sources._file).Select(key => $"{file}: there is no setting {key}.{Like(key)}"));
        return sources;
    }

    /// <summary>What a setting is given as, and by whom; null where nobody gives it.</summary>
    public (string Text, string Origin)? Find(Setting setting) =>
        InEnvironment(setting) is { } variable ? (variable, setting.Variable)
        : _file?[setting.Key] is { Length: > 0 } written ? (written, $"{setting.Key} in {_fileName}")
        : null;

    /// <summary>All that stands below a key, by the rest of its name.</summary>
    public IReadOnlyDictionary<string, string> Below(string key)
    {
        Dictionary<string, string> found = [];
        foreach (IConfigurationRoot source in ((IConfigurationRoot?[])[_file, Environment]).OfType<IConfigurationRoot>())
        {
            foreach (IConfigurationSection entry in source.GetSection(key).GetChildren())
            {
                found[entry.Key] = entry.Value ?? "";
            }
        }

        return found;
    }

    private static IConfigurationRoot? ReadFile(string file, List<string> wrong)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false).Build();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            wrong.Add($"{file}: the settings cannot be read: {failure.Message}");
        }
        catch (Exception failure) when (failure is FormatException or InvalidDataException)
        {
            wrong.Add($"{file}: the settings are no JSON object: {(failure.InnerException ?? failure).Message}");
        }

        return null;
    }

    private static IEnumerable<string> Unknown(IConfigurationRoot? source) => source is null ? [] : source.AsEnumerable()
        .Where(entry => entry.Value is not null && !IsKnown(entry.Key)).Select(entry => entry.Key).Order(StringComparer.OrdinalIgnoreCase);

    private static bool IsKnown(string key) =>
        key.StartsWith(Settings.KafkaClient + ":", StringComparison.OrdinalIgnoreCase)
        || Settings.All.Any(setting => string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The setting that was perhaps meant.</summary>
    private static string Like(string key)
    {
        string last = key[(key.LastIndexOf(':') + 1)..];
        Setting? like = Settings.All.FirstOrDefault(setting =>
            setting.Key.StartsWith(key, StringComparison.OrdinalIgnoreCase) || setting.Key.EndsWith(last, StringComparison.OrdinalIgnoreCase)
            || string.Equals(Joined(setting.Key), Joined(key), StringComparison.OrdinalIgnoreCase));
        return like is null ? "" : $" Is {like.Key} ({like.Variable}) meant?";
    }

    private static string Joined(string key) => key.Replace(":", "", StringComparison.Ordinal);
}
