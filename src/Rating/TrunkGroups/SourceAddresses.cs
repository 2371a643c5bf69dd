using Perimeter.Domain;

namespace Perimeter.Rating.TrunkGroups;

/// <summary>Finds the group that a call came in on by where it came from.</summary>
internal sealed class SourceAddresses
{
    private readonly TextTable<TrunkOfGroup[]> _byAddress;

    public SourceAddresses(IEnumerable<TrunkOfGroup> trunks)
    {
        _byAddress = new TextTable<TrunkOfGroup[]>(
            trunks.GroupBy(
                static trunk => trunk.Trunk.Address,
                static (address, same) => KeyValuePair.Create(address, same.OrderBy(static trunk => trunk.Trunk.Id.Value).ToArray()),
                StringComparer.OrdinalIgnoreCase),
            ignoreCase: true);
    }

    /// <summary>
    /// Of the trunks at this address, port and protocol: where they are of one group, that group. Where groups share them, the tech prefix decides: the event's,
    /// or where it has none, the one that stands in front of the number; of several, the longest, then the trunk described most closely, then the lowest id.
    /// </summary>
    public TrunkOfGroup? Find(in CallEvent callEvent, TextArena texts)
    {
        if (!_byAddress.TryGet(texts[callEvent.SourceIp], out TrunkOfGroup[]? trunks))
        {
            return null;
        }

        ReadOnlySpan<byte> protocol = texts[callEvent.Protocol];
        TrunkOfGroup? sole = null;
        TrunkOfGroup? best = null;
        bool shared = false;
        foreach (TrunkOfGroup trunk in trunks)
        {
            if (!trunk.InForce.Contains(callEvent.SetupMs) || !trunk.Takes(callEvent.SourcePort, protocol))
            {
                continue;
            }

            shared |= sole is not null && sole.Group.Config.Id != trunk.Group.Config.Id;
            sole = sole is null || trunk.Closeness > sole.Closeness ? trunk : sole;
            if (HasTechPrefix(trunk.Group, callEvent, texts) && (best is null || IsBetter(trunk, best)))
            {
                best = trunk;
            }
        }

        return shared ? best : sole;
    }

    private static bool HasTechPrefix(TrunkGroup group, in CallEvent callEvent, TextArena texts) =>
        callEvent.TechPrefix.IsEmpty
            ? texts[callEvent.Dnis].StartsWith(group.TechPrefix)
            : texts[callEvent.TechPrefix].SequenceEqual(group.TechPrefix);

    private static bool IsBetter(TrunkOfGroup trunk, TrunkOfGroup than)
    {
        int longer = trunk.Group.TechPrefix.Length - than.Group.TechPrefix.Length;
        return longer > 0 || (longer == 0 && trunk.Closeness > than.Closeness);
    }
}
