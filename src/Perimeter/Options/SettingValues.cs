using System.Globalization;

namespace Perimeter.Commands;

/// <summary>What the settings of a command are: a flag's word first, then the environment's, then the file's. Gathers all that is wrong with them.</summary>
internal sealed class SettingValues(
    Func<Setting, string?> flags, IReadOnlyDictionary<string, Setting> settings, SettingSources sources, List<string> wrong)
{
    /// <summary>Empty where it is given nowhere and has no default.</summary>
    public string Text(Setting setting) => Find(setting).Text;

    /// <summary>As <see cref="Text"/>; one that is no whole number is wrong.</summary>
    public int Number(Setting setting)
    {
        (string text, string origin) = Find(setting);
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        wrong.Add(origin == setting.Flag ? $"{origin} {text}: not a whole number." : $"{origin} is '{text}': not a whole number.");
        return int.Parse(setting.Fallback, CultureInfo.InvariantCulture);
    }

    /// <summary>All that stands below a key in the file and the environment.</summary>
    public IReadOnlyDictionary<string, string> Below(string key) => sources.Below(key);

    /// <summary>By whom each of these settings is given, where it is.</summary>
    public IEnumerable<string> Given(IEnumerable<Setting> some) => some.Select(setting => sources.Find(setting)?.Origin).OfType<string>();

    public void AddWrong(IEnumerable<string> errors) => wrong.AddRange(errors);

    /// <exception cref="CommandException">Some settings cannot be used; the message names all of them.</exception>
    public void ThrowIfWrong()
    {
        if (wrong.Count > 0)
        {
            throw new CommandException(string.Join(Environment.NewLine, wrong.Distinct()));
        }
    }

    private (string Text, string Origin) Find(Setting setting) =>
        flags(setting) is { } given ? (given, setting.Flag!) : sources.Find(setting) ?? (settings.GetValueOrDefault(setting.Key, setting).Fallback, setting.Name);
}
