using System.Buffers.Text;
using Perimeter.Domain;

namespace Perimeter.Rating.TrunkGroups;

/// <summary>Finds the groups that may stand on one side of a call, by name or id, as of an instant.</summary>
internal sealed class TrunkGroupNames
{
    private readonly TextTable<TrunkGroup[]> _byName;
    private readonly Dictionary<int, TrunkGroup[]> _byId;

    public TrunkGroupNames(IReadOnlyCollection<TrunkGroup> groups)
    {
        _byName = new TextTable<TrunkGroup[]>(
            groups.GroupBy(static group => group.Config.Name, static (name, named) => KeyValuePair.Create(name, named.ToArray())), ignoreCase: false);
        _byId = groups.GroupBy(static group => group.Config.Id.Value).ToDictionary(static same => same.Key, static same => same.ToArray());
    }

    public TrunkGroup? ByName(ReadOnlySpan<byte> name, long instantMs) =>
        _byName.TryGet(name, out TrunkGroup[]? named) ? InForce(named, instantMs) : null;

    public TrunkGroup? ById(ReadOnlySpan<byte> digits, long instantMs) =>
        Utf8Parser.TryParse(digits, out int id, out int consumed) && consumed == digits.Length && digits[0] is >= (byte)'1' and <= (byte)'9'
            ? ById(new TrunkGroupId(id), instantMs)
            : null;

    public TrunkGroup? ById(TrunkGroupId id, long instantMs) =>
        _byId.TryGetValue(id.Value, out TrunkGroup[]? same) ? InForce(same, instantMs) : null;

    private static TrunkGroup? InForce(TrunkGroup[] groups, long instantMs)
    {
        foreach (TrunkGroup group in groups)
        {
            if (group.Config.InForce.Contains(instantMs))
            {
                return group;
            }
        }

        return null;
    }
}
