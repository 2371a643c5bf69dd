using System.Globalization;

namespace Perimeter.Rating;

/// <summary>Instants as text for people: ISO 8601 in UTC.</summary>
internal static class Instant
{
    private static readonly long FirstMs = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static string Text(long instantMs)
    {
        if (instantMs < FirstMs)
        {
            return "the beginning of time";
        }

        return instantMs > LastMs
            ? "the end of time"
            : DateTimeOffset.FromUnixTimeMilliseconds(instantMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
