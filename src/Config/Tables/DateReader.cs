using System.Buffers.Text;
using NodaTime;
using NodaTime.TimeZones;

namespace Perimeter.Config;

/// <summary>Dates and times of one file as instants, by the clock of one time zone. Decks repeat few dates, so that the last one read is remembered; no cell read is empty.</summary>
public sealed class DateReader
{
    private const int MaxRemembered = 40;
    private readonly DateTimeZone _zone;
    private readonly Remembered _lastStart = new();
    private readonly Remembered _lastEnd = new();

    /// <param name="timeZone">An IANA name that <see cref="IsTimeZone"/> knows.</param>
    public DateReader(string timeZone) => _zone = DateTimeZoneProviders.Tzdb[timeZone];

    public static bool IsTimeZone(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    /// <summary>Reads ISO 8601 or M/D/YYYY. A date is midnight at its start, and as an end the midnight after it (rating.md, "Effective dates").</summary>
    /// <returns>Null, or why it is no instant.</returns>
    public string? Read(ReadOnlySpan<byte> text, bool isEnd, out long ms)
    {
        Remembered last = isEnd ? _lastEnd : _lastStart;
        if (text.SequenceEqual(last.Text.AsSpan(0, last.Length)))
        {
            ms = last.Ms;
            return null;
        }

        string? fault = ReadAnew(text, isEnd, out ms);
        if (fault is null && text.Length <= MaxRemembered)
        {
            text.CopyTo(last.Text);
            last.Length = text.Length;
            last.Ms = ms;
        }

        return fault;
    }

    private string? ReadAnew(ReadOnlySpan<byte> text, bool isEnd, out long ms)
    {
        ms = 0;
        if (!IsoTime.TryParse(text, out IsoTime time) && !TryUsDate(text, out time))
        {
            return $"{Shown.Text(text)} is no date: write 2026-11-25, 2026-11-25T08:30 or 11/25/2026";
        }

        if (time.OffsetMinutes is not null)
        {
            ms = time.UtcMs;
            return null;
        }

        var wall = LocalDateTime.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(time.WallMs));
        if (time.IsDate)
        {
            if (isEnd && wall.Date == LocalDate.MaxIsoValue)
            {
                return $"{Shown.Text(text)} is too late: the last day possible is 9999-12-30";
            }

            ms = _zone.AtStartOfDay(isEnd ? wall.Date.PlusDays(1) : wall.Date).ToInstant().ToUnixTimeMilliseconds();
            return null;
        }

        ZoneLocalMapping mapping = _zone.MapLocal(wall);
        if (mapping.Count != 1)
        {
            return mapping.Count == 0
                ? $"{Shown.Text(text)} does not exist in {_zone.Id}, where clocks are put forward over it"
                : $"{Shown.Text(text)} happens twice in {_zone.Id}, where clocks are put back: add the offset, as in 2026-11-25T08:30-05:00";
        }

        ms = mapping.Single().ToInstant().ToUnixTimeMilliseconds();
        return null;
    }

    /// <summary>M/D/YYYY, as published US decks write dates.</summary>
    private static bool TryUsDate(ReadOnlySpan<byte> text, out IsoTime time)
    {
        time = default;
        if (!Utf8Parser.TryParse(text, out byte month, out int used) || used > 2 || used >= text.Length || text[used] != '/')
        {
            return false;
        }

        text = text[(used + 1)..];
        if (!Utf8Parser.TryParse(text, out byte day, out used) || used > 2 || used >= text.Length || text[used] != '/')
        {
            return false;
        }

        text = text[(used + 1)..];
        if (text.Length != 4 || !Utf8Parser.TryParse(text, out ushort year, out used) || used != 4 || !IsoTime.TryDays(year, month, day, out long days))
        {
            return false;
        }

        time = new IsoTime(days * 86_400_000, null, true);
        return true;
    }

    private sealed class Remembered
    {
        public byte[] Text { get; } = new byte[MaxRemembered];

        /// <summary>0 before the first text.</summary>
        public int Length { get; set; }

        public long Ms { get; set; }
    }
}
