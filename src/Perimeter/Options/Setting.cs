namespace Perimeter.Commands;

/// <summary>One setting, which has the same name everywhere: as a flag, in the environment and in a settings file.</summary>
/// <param name="Flag">On the command line; null where it has no place there, as a password.</param>
/// <param name="Key">In a settings file, with ":" between an object and what is in it.</param>
/// <param name="Fallback">Where it is given nowhere; empty where it then is not set.</param>
internal sealed record Setting(string? Flag, string Key, string Fallback, string Description)
{
    public const string EnvironmentPrefix = "PERIMETER__";

    public string Variable => EnvironmentPrefix + Key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>As messages name it.</summary>
    public string Name => Flag ?? Key;

    /// <summary>With what a person needs to know of it in --help.</summary>
    public string Help => (SettingSources.InEnvironment(this) ?? Fallback) is { Length: > 0 } otherwise
        ? $"{Description} [default: {otherwise}; env: {Variable}]"
        : $"{Description} [env: {Variable}]";
}
