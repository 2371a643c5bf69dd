using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>One kind of switch: its name in addresses and in the configuration, and what reads its records. Every kind is listed in <see cref="All"/>.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Name">As the configuration and the address of its requests name it.</param>
/// <param name="Bodies">Makes a reader of what it sends in one piece; null where it sends nothing so.</param>
/// <param name="Files">Makes a reader of its files; null where it writes none.</param>
internal sealed record SwitchKind(
    SwitchType Type, string Name, Func<SwitchConfig, ISwitchBodies>? Bodies, Func<SwitchConfig, ISwitchFiles>? Files)
{
    public static IReadOnlyList<SwitchKind> All { get; } =
    [
        new(SwitchType.FreeSwitch, "freeswitch", config => new FreeSwitchRecords(config), config => new FreeSwitchFiles(config)),
        new(SwitchType.Yeti, "yeti", config => new YetiRecords(config), null),
        new(SwitchType.Asterisk, "asterisk", null, config => new AsteriskFiles(config)),
        new(SwitchType.Kamailio, "kamailio", config => new KamailioEvents(config), config => new KamailioFiles(config)),
        new(SwitchType.RibbonAct, "ribbon-act", null, config => new RibbonFiles(config)),
        new(SwitchType.Sansay, "sansay", null, config => new SansayFiles(config)),
        new(SwitchType.OpenSips, "opensips", config => new OpenSipsEvents(config), null),
        new(SwitchType.Csv, "csv", null, config => new CsvSwitchFiles(config)),
    ];

    /// <returns>Null where there is no such kind.</returns>
    public static SwitchKind? Of(SwitchType type) => All.FirstOrDefault(kind => kind.Type == type);
}
