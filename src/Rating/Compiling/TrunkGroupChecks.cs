using Perimeter.Domain;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating.Compiling;

/// <summary>What must hold of trunk groups and trunks, so that every event finds at most one.</summary>
internal static class TrunkGroupChecks
{
    public static void Check(RatingConfig config, List<CompileError> errors)
    {
        foreach (TrunkGroupConfig group in config.TrunkGroups)
        {
            CheckGroup(group, errors);
        }

        foreach (IGrouping<int, TrunkGroupConfig> same in config.TrunkGroups.GroupBy(static group => group.Id.Value))
        {
            FindOverlaps([.. same], static group => group.InForce, (group, other) => errors.Add(
                GroupError(group, $"it is described twice from {Instant.Text(Math.Max(group.InForce.FromMs, other.InForce.FromMs))} on; end one row earlier")));
        }

        foreach (IGrouping<(string, bool), TrunkGroupConfig> same in config.TrunkGroups.GroupBy(static group => (group.Name, TrunkGroupLookup.IsIncoming(group))))
        {
            FindOverlaps([.. same], static group => group.InForce, (group, other) =>
            {
                if (group.Id != other.Id)
                {
                    errors.Add(GroupError(group, $"trunk group {other.Id.Value} has the name '{group.Name}' on the same side at the same time; rename one"));
                }
            });
        }

        CheckTrunks(config, errors);
    }

    private static void CheckGroup(TrunkGroupConfig group, List<CompileError> errors)
    {
        if (group.Id.Value <= 0)
        {
            errors.Add(GroupError(group, "ids are from 1"));
        }

        if (group.Direction is not (Direction.Termination or Direction.Origination) || group.Relation is not (Relation.Customer or Relation.Vendor))
        {
            errors.Add(GroupError(group, "its direction must be Termination or Origination, its relation Customer or Vendor"));
        }

        if (!Enum.IsDefined(group.Form))
        {
            errors.Add(GroupError(group, $"there is no numbering form {(int)group.Form}"));
        }

        if (group.Form == NumberingForm.National != group.National is not null)
        {
            errors.Add(GroupError(group, "a national form is given where its numbering form is National, and only there"));
        }
        else if (group.National is { } form && FaultOf(form) is { } fault)
        {
            errors.Add(GroupError(group, fault));
        }

        if (!group.TechPrefix.All(static c => char.IsAsciiDigit(c) || c is '*' or '#'))
        {
            errors.Add(GroupError(group, $"the tech prefix '{group.TechPrefix}' has other characters than digits, * and #"));
        }
    }

    /// <summary>What is wrong with a national form; null where nothing is.</summary>
    private static string? FaultOf(NationalForm form)
    {
        if (form.CountryCode.Length is 0 or > NationalForm.MaxCountryCodeDigits || !form.CountryCode.All(char.IsAsciiDigit) || form.CountryCode[0] == '0')
        {
            return $"the country code '{form.CountryCode}' is not 1 to {NationalForm.MaxCountryCodeDigits} digits that begin with 1 to 9";
        }

        foreach (string prefix in (string[])[form.NationalPrefix, form.InternationalPrefix])
        {
            if (prefix.Length > NationalForm.MaxPrefixDigits || !prefix.All(char.IsAsciiDigit))
            {
                return $"the prefix '{prefix}' is not up to {NationalForm.MaxPrefixDigits} digits";
            }
        }

        return form.HidesNationalNumbers
            ? $"the national prefix '{form.NationalPrefix}' begins with the international prefix '{form.InternationalPrefix}', so that no number would be a national one"
            : null;
    }

    private static void CheckTrunks(RatingConfig config, List<CompileError> errors)
    {
        ILookup<TrunkGroupId, TrunkGroupConfig> groups = config.TrunkGroups.ToLookup(static group => group.Id);
        foreach (TrunkConfig trunk in config.Trunks.Where(trunk => !groups.Contains(trunk.TrunkGroup)))
        {
            errors.Add(TrunkError(trunk, $"there is no trunk group {trunk.TrunkGroup.Value}"));
        }

        var placed = config.Trunks
            .SelectMany(trunk => groups[trunk.TrunkGroup].Select(group => (Trunk: trunk, Group: group, InForce: trunk.InForce.Intersect(group.InForce))))
            .Where(static both => !both.InForce.IsEmpty)
            .ToList();
        foreach (var same in placed.Where(static both => !TrunkGroupLookup.IsIncoming(both.Group)).GroupBy(static both => both.Trunk.Name))
        {
            FindOverlaps([.. same], static both => both.InForce, (both, other) => Conflict(both, other, $"the name '{both.Trunk.Name}'"));
        }

        foreach (var same in placed.Where(static both => TrunkGroupLookup.IsIncoming(both.Group))
            .GroupBy(static both => (both.Trunk.Address.ToUpperInvariant(), both.Trunk.Port, both.Trunk.Protocol.ToUpperInvariant(), both.Group.TechPrefix)))
        {
            FindOverlaps([.. same], static both => both.InForce, (both, other) =>
                Conflict(both, other, $"the address {both.Trunk.Address}, port {both.Trunk.Port}, protocol '{both.Trunk.Protocol}' and tech prefix '{both.Group.TechPrefix}'"));
        }

        void Conflict(
            (TrunkConfig Trunk, TrunkGroupConfig Group, Interval InForce) both, (TrunkConfig Trunk, TrunkGroupConfig Group, Interval InForce) other, string what)
        {
            CompileError error = TrunkError(both.Trunk,
                $"trunk {other.Trunk.Id.Value} of trunk group {other.Group.Id.Value} has {what} at the same time; no event could tell them apart");
            if (both.Group.Id != other.Group.Id && !errors.Contains(error))
            {
                errors.Add(error);
            }
        }
    }

    private static void FindOverlaps<T>(IReadOnlyList<T> items, Func<T, Interval> inForce, Action<T, T> overlap)
    {
        for (int later = 1; later < items.Count; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                if (inForce(items[later]).Overlaps(inForce(items[earlier])))
                {
                    overlap(items[later], items[earlier]);
                }
            }
        }
    }

    private static CompileError GroupError(TrunkGroupConfig group, string reason) => new(CompileSubject.TrunkGroup, group.Id.Value, -1, 0, reason);

    private static CompileError TrunkError(TrunkConfig trunk, string reason) => new(CompileSubject.Trunk, trunk.Id.Value, -1, 0, reason);
}
