namespace Perimeter.Ingest.Sample;

/// <summary>Spreads the calls over three days with busy hours: call number to setup time, never going back.</summary>
internal sealed class SampleCalendar
{
    /// <summary>2026-09-14T00:00:00Z, a Monday.</summary>
    public const long FirstMs = 1_789_344_000_000;

    public const int Days = 3;
    private const long HourMs = 3_600_000;

    // Calls per hour of UTC in proportion, for customers in Europe and America.
    private static readonly int[] HourWeights =
        [14, 10, 8, 7, 8, 12, 20, 34, 52, 64, 70, 72, 74, 82, 96, 100, 98, 92, 84, 72, 60, 46, 32, 20];

    private static readonly int[] DayWeights = [30, 36, 33];

    private readonly long[] _firstCallOfHour = new long[(Days * 24) + 1];

    public SampleCalendar(long calls)
    {
        long total = (long)HourWeights.Sum() * DayWeights.Sum();
        long before = 0;
        for (int hour = 0; hour < Days * 24; hour++)
        {
            _firstCallOfHour[hour] = (long)((Int128)before * calls / total);
            before += (long)HourWeights[hour % 24] * DayWeights[hour / 24];
        }

        _firstCallOfHour[^1] = calls;
    }

    public long SetupMs(long call)
    {
        int hour = Array.BinarySearch(_firstCallOfHour, call);
        if (hour < 0)
        {
            hour = ~hour - 1;
        }

        // Hours without a call share their first call with the next hour: the last of them holds it.
        while (_firstCallOfHour[hour + 1] <= call)
        {
            hour++;
        }

        long first = _firstCallOfHour[hour];
        return FirstMs + (hour * HourMs) + (long)((Int128)(call - first) * HourMs / (_firstCallOfHour[hour + 1] - first));
    }
}
