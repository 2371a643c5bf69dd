namespace Perimeter.Commands;

/// <summary>What a process does.</summary>
[Flags]
public enum InstanceRoles
{
    None = 0,

    /// <summary>Takes calls.</summary>
    Ingest = 1,

    RatingEngine = 2,

    /// <summary>Lands what was rated.</summary>
    Aggregator = 4,

    /// <summary>Publishes revisions of the configuration for processes elsewhere.</summary>
    Config = 8,

    /// <summary>Hosts ClickHouse's embedded engine for processes elsewhere.</summary>
    Warehouse = 16,

    /// <summary>Everything in one process, embedded.</summary>
    All = Ingest | RatingEngine | Aggregator,
}

/// <summary>What a process of some roles needs.</summary>
internal static class RoleNeeds
{
    /// <summary>These have no log of their own.</summary>
    public static bool NeedsKafka(this InstanceRoles roles) => roles is InstanceRoles.RatingEngine or InstanceRoles.Aggregator or InstanceRoles.Config;

    public static bool MayUseKafka(this InstanceRoles roles) => roles is not (InstanceRoles.All or InstanceRoles.Warehouse);

    /// <summary>To land in, or to look old repeats up in; these have no engine of their own.</summary>
    public static bool NeedsClickHouse(this InstanceRoles roles) => roles is InstanceRoles.Aggregator or InstanceRoles.RatingEngine;

    public static bool HasEngine(this InstanceRoles roles) => roles is InstanceRoles.All or InstanceRoles.Warehouse;

    public static bool HasLog(this InstanceRoles roles) => roles is not InstanceRoles.Warehouse;
}
