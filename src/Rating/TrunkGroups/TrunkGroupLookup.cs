using Perimeter.Domain;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating.TrunkGroups;

/// <summary>How a group was looked for.</summary>
internal enum TrunkGroupWay { NameOrId, Source, VendorTrunk, Nothing }

/// <summary>
/// Finds the groups of a call (pipeline.md, "Call event"). A call comes in on a Termination-Customer or Origination-Vendor group and goes out on a
/// Termination-Vendor or Origination-Customer group: no other is found on that side.
/// </summary>
internal sealed class TrunkGroupLookup
{
    private readonly TrunkGroupNames _incoming;
    private readonly TrunkGroupNames _outgoing;
    private readonly SourceAddresses _sources;
    private readonly TextTable<TrunkOfGroup[]> _vendorTrunks;

    public TrunkGroupLookup(IReadOnlyList<TrunkGroup> groups, IReadOnlyList<TrunkOfGroup> trunks)
    {
        _incoming = new TrunkGroupNames([.. groups.Where(static group => IsIncoming(group.Config))]);
        _outgoing = new TrunkGroupNames([.. groups.Where(static group => !IsIncoming(group.Config))]);
        _sources = new SourceAddresses(trunks.Where(static trunk => IsIncoming(trunk.Group.Config)));
        _vendorTrunks = new TextTable<TrunkOfGroup[]>(
            trunks.Where(static trunk => !IsIncoming(trunk.Group.Config))
                .GroupBy(static trunk => trunk.Trunk.Name, static (name, same) => KeyValuePair.Create(name, same.ToArray())),
            ignoreCase: false);
    }

    /// <summary>Whether calls come in on the group, as side A; else they go out on it, as side B.</summary>
    public static bool IsIncoming(TrunkGroupConfig group) => (group.Direction == Direction.Termination) == (group.Relation == Relation.Customer);

    public TrunkGroup? FindA<TTrace>(in CallEvent callEvent, TextArena texts, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (!callEvent.TrunkGroupA.IsEmpty)
        {
            return Named(_incoming, _outgoing, texts[callEvent.TrunkGroupA], callEvent.SetupMs, ref trace);
        }

        TrunkOfGroup? trunk = callEvent.SourceIp.IsEmpty ? null : _sources.Find(callEvent, texts);
        trace.TrunkGroup(callEvent.SourceIp.IsEmpty ? TrunkGroupWay.Nothing : TrunkGroupWay.Source, texts[callEvent.SourceIp], trunk?.Group, trunk?.Trunk, false);
        return trunk?.Group;
    }

    public TrunkGroup? FindB<TTrace>(in CallEvent callEvent, TextArena texts, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (!callEvent.TrunkGroupB.IsEmpty)
        {
            return Named(_outgoing, _incoming, texts[callEvent.TrunkGroupB], callEvent.SetupMs, ref trace);
        }

        TrunkOfGroup? trunk = null;
        if (!callEvent.VendorTrunk.IsEmpty && _vendorTrunks.TryGet(texts[callEvent.VendorTrunk], out TrunkOfGroup[]? named))
        {
            foreach (TrunkOfGroup candidate in named)
            {
                trunk = trunk is null && candidate.InForce.Contains(callEvent.SetupMs) ? candidate : trunk;
            }
        }

        trace.TrunkGroup(callEvent.VendorTrunk.IsEmpty ? TrunkGroupWay.Nothing : TrunkGroupWay.VendorTrunk, texts[callEvent.VendorTrunk], trunk?.Group, trunk?.Trunk, false);
        return trunk?.Group;
    }

    private static TrunkGroup? Named<TTrace>(TrunkGroupNames side, TrunkGroupNames otherSide, ReadOnlySpan<byte> text, long instantMs, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        TrunkGroup? group = side.ByName(text, instantMs) ?? side.ById(text, instantMs);
        trace.TrunkGroup(TrunkGroupWay.NameOrId, text, group, null, TTrace.IsOn && group is null && (otherSide.ByName(text, instantMs) ?? otherSide.ById(text, instantMs)) is not null);
        return group;
    }
}
