using System.Globalization;
using Perimeter.Domain;

namespace Perimeter.Rating.Explain;

/// <summary>Why a call is suspect, in words.</summary>
internal static class SuspectReason
{
    /// <param name="config">What the call was rated by.</param>
    /// <param name="callEvent">As rated.</param>
    /// <param name="a">Its side A.</param>
    /// <param name="b">Its side B.</param>
    public static string? Of(RatingConfig config, in CallEvent callEvent, in RatedSide a, in RatedSide b) =>
        (callEvent.Marks & CallMarks.Suspect) == 0 ? null : OfSide(config, callEvent.RawMsA, a) ?? OfSide(config, callEvent.RawMsB, b);

    private static string? OfSide(RatingConfig config, long lastedMs, RatedSide side)
    {
        TrunkGroupConfig? group = config.TrunkGroups.FirstOrDefault(group => group.Id == side.TrunkGroup);
        return group is null || lastedMs <= group.LongestSeconds * 1000L
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"it lasted {lastedMs / 1000} s, longer than the {group.LongestSeconds} s of trunk group '{group.Name}' (longest_duration): its BYE may be lost. It is rated as it stands");
    }
}
