using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>How the quarantine names where a switch's records came from: <c>switch:NAME</c>, with <c>:FILE</c> behind it where they came in a file.</summary>
internal static class SwitchSource
{
    private const string Prefix = "switch:";

    public static string Of(SwitchConfig config) => Prefix + config.Name;

    /// <param name="switchName">Empty where the file is of no switch: then its source is <c>file:FILE</c>.</param>
    /// <param name="path">The file.</param>
    public static string OfFile(string switchName, string path) => $"{(switchName.Length > 0 ? Prefix + switchName : "file")}:{Path.GetFileName(path)}";

    /// <returns>The switch's name; null where the source is none.</returns>
    public static string? NameIn(string source) => source.StartsWith(Prefix, StringComparison.Ordinal) ? source.Split(':')[1] : null;

    /// <returns>The file's name; null where the records came in none.</returns>
    public static string? FileIn(string source)
    {
        string[] parts = source.Split(':', 3);
        return parts.Length == 3 ? parts[2] : null;
    }
}
