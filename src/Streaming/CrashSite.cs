using System.Diagnostics;
using System.Globalization;

namespace Perimeter.Streaming;

/// <summary>
/// A named point at which a test makes the process kill itself: <c>PERIMETER_CRASH_AT=site:n</c> strikes at the n-th passing of the site.
/// Without the variable a passing costs one test of a static field.
/// </summary>
public static class CrashSite
{
    public const string Variable = "PERIMETER_CRASH_AT";

    private static readonly (string Site, int Nth) Target = Parse(Environment.GetEnvironmentVariable(Variable));

    private static readonly bool Armed = Target.Nth > 0;

    private static int _passed;

    public static void Pass(string site)
    {
        if (Armed)
        {
            Strike(site);
        }
    }

    internal static (string Site, int Nth) Parse(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return ("", 0);
        }

        int colon = value.LastIndexOf(':');
        return colon > 0 && int.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int nth) && nth > 0
            ? (value[..colon], nth)
            : throw new FormatException($"{Variable} is '{value}'; it must name a site and which passing of it, from 1: site:n.");
    }

    private static void Strike(string site)
    {
        if (site != Target.Site || Interlocked.Increment(ref _passed) != Target.Nth)
        {
            return;
        }

        // Said first, so that another death is not taken for this one. SIGKILL: no handler runs and no buffer is flushed, as when the machine stops.
        Console.Error.WriteLine($"crash site {site}");
        using Process self = Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();
    }
}
