using System.Text;
using Perimeter.Domain;

namespace Perimeter.Rating.TrunkGroups;

/// <summary>A trunk together with its group, while both are in force.</summary>
internal sealed class TrunkOfGroup(TrunkConfig trunk, TrunkGroup group)
{
    private readonly byte[] _protocol = Encoding.UTF8.GetBytes(trunk.Protocol);

    public TrunkConfig Trunk => trunk;

    public TrunkGroup Group => group;

    public Interval InForce { get; } = trunk.InForce.Intersect(group.Config.InForce);

    /// <summary>Whether calls from this port by this protocol may be the trunk's: port 0 and protocol "" stand for any.</summary>
    public bool Takes(int port, ReadOnlySpan<byte> protocol) =>
        (trunk.Port == 0 || trunk.Port == port) && (_protocol.Length == 0 || Ascii.EqualsIgnoreCase(_protocol, protocol));

    /// <summary>How closely a trunk that takes the call is described: a port weighs more than a protocol.</summary>
    public int Closeness => (trunk.Port == 0 ? 0 : 2) + (_protocol.Length == 0 ? 0 : 1);
}
