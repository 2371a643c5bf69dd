namespace Perimeter.Ingest.Sample;

/// <summary>What happens to the records of a call on their way, by one draw of 100,000: at most one of these.</summary>
internal readonly record struct SampleFate(int Drawn)
{
    public bool IsLate => Drawn < 600;

    public bool IsRepeatedSoon => Drawn is >= 600 and < 900;

    public bool IsRepeatedLater => Drawn is >= 900 and < 1_200;

    /// <summary>The same key comes again with other content.</summary>
    public bool IsContradicted => Drawn is >= 1_200 and < 1_230;

    /// <summary>A record that cannot be taken follows, with a key of its own where it has one.</summary>
    public bool IsFollowedByBroken => Drawn is >= 1_230 and < 1_290;
}
