using Perimeter.Domain;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating.Compiling;

/// <summary>All manipulations of a configuration, checked and compiled, by group and header.</summary>
internal sealed class ManipulationTable
{
    private readonly Dictionary<(TrunkGroupId Group, NumberHeader Header), Manipulations> _byHeader = [];

    public ManipulationTable(RatingConfig config, List<CompileError> errors)
    {
        ILookup<TrunkGroupId, TrunkGroupConfig> groups = config.TrunkGroups.ToLookup(static group => group.Id);
        List<Manipulation> compiled = [];
        foreach (ManipulationConfig manipulation in config.Manipulations)
        {
            if (FaultOf(manipulation, groups) is { } fault)
            {
                errors.Add(new CompileError(CompileSubject.Manipulation, manipulation.Id, -1, 0, fault));
            }
            else if (TryCompile(manipulation, errors) is { } good)
            {
                compiled.Add(good);
            }
        }

        foreach (var header in compiled.GroupBy(static manipulation => (manipulation.Config.TrunkGroup, manipulation.Config.Header)))
        {
            _byHeader.Add(header.Key, new Manipulations([.. header.OrderBy(static m => m.Config.Place).ThenBy(static m => m.Config.Id)]));
        }
    }

    public Manipulations Of(TrunkGroupId group, NumberHeader header) => _byHeader.GetValueOrDefault((group, header), Manipulations.None);

    private static string? FaultOf(ManipulationConfig manipulation, ILookup<TrunkGroupId, TrunkGroupConfig> groups)
    {
        if (!groups.Contains(manipulation.TrunkGroup))
        {
            return $"there is no trunk group {manipulation.TrunkGroup.Value}";
        }

        if (!groups[manipulation.TrunkGroup].Any(TrunkGroupLookup.IsIncoming))
        {
            return $"calls go out on trunk group {manipulation.TrunkGroup.Value}, and what was sent there is rated as it was sent: manipulations are of groups that calls come in on";
        }

        if (manipulation.Header is not (NumberHeader.Dnis or NumberHeader.Ani))
        {
            return "its header must be Dnis or Ani";
        }

        return manipulation.Search.Length is 0 or > ManipulationConfig.MaxExpressionLength || manipulation.Replace.Length > ManipulationConfig.MaxExpressionLength
            ? $"what it searches must have 1 to {ManipulationConfig.MaxExpressionLength} characters, and what comes in its place at most as many"
            : null;
    }

    private static Manipulation? TryCompile(ManipulationConfig manipulation, List<CompileError> errors)
    {
        try
        {
            return new Manipulation(manipulation);
        }
        catch (ArgumentException exception)
        {
            errors.Add(new CompileError(CompileSubject.Manipulation, manipulation.Id, -1, 0, $"'{manipulation.Search}' is no regular expression: {exception.Message}"));
        }
        catch (NotSupportedException)
        {
            errors.Add(new CompileError(CompileSubject.Manipulation, manipulation.Id, -1, 0,
                $"'{manipulation.Search}' has a look-around, a back-reference or another construct whose time grows faster than the number; write it without"));
        }

        return null;
    }
}
