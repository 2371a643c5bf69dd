using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>What the configuration lets a switch of each type do is what there is a reader for.</summary>
public sealed class SwitchKindTests
{
    [Fact]
    public void Every_type_has_a_reader_for_each_of_its_ways_and_for_no_other()
    {
        Assert.Equal(Enum.GetValues<SwitchType>().Where(type => type != SwitchType.None).Order(), SwitchKind.All.Select(kind => kind.Type).Order());
        foreach (SwitchKind kind in SwitchKind.All)
        {
            SwitchWays ways = SwitchTypes.WaysOf(kind.Type);
            Assert.Equal(ways.HasFlag(SwitchWays.Files), kind.Files is not null);
            Assert.Equal((ways & ~SwitchWays.Files) != SwitchWays.None, kind.Bodies is not null);
        }
    }
}
