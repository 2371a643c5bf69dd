namespace Perimeter.Ingest.Tests;

public sealed class IngestLimitsTests
{
    [Fact]
    public void The_defaults_hold_together() => Assert.Empty(new IngestLimits().Validate());

    [Fact]
    public void All_wrong_limits_are_named_at_once() => Assert.Equal(
        "MaxDecompressedBytes must be from 16777216 to 1073741824; it is 5. RetryAfter in seconds must be from 1 to 3600; it is 0.",
        Assert.Throws<ArgumentException>(() => new IngestLimits { MaxDecompressedBytes = 5, RetryAfter = TimeSpan.Zero }.Checked()).Message);
}
