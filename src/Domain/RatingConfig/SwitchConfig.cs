namespace Perimeter.Domain;

/// <summary>What writes the records of a switch.</summary>
public enum SwitchType : byte
{
    None = 0, FreeSwitch = 1, Asterisk = 2, Kamailio = 3, OpenSips = 4, Yeti = 5, Csv = 6, RibbonAct = 7, Sansay = 8,
}

/// <summary>
/// A switch whose records are taken as it writes them: posted to <c>/v1/switches/NAME/TYPE</c>, sent in datagrams, on a topic of Kafka, or in the files of a folder.
/// <paramref name="Name"/> is the <c>switch_id</c> of its calls where its records tell none.
/// </summary>
public sealed record SwitchConfig(int Id, string Name, SwitchType Type)
{
    /// <summary>The folder in which its files appear, on the machine that takes calls; empty where there is none.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Names of its files, with * and ?, several with a bar between; empty for those of the type.</summary>
    public string Files { get; init; } = "";

    /// <summary>Names of files that are not whole yet, with * and ?, several with a bar between; empty for those of the type.</summary>
    public string Unfinished { get; init; } = "";

    /// <summary>Where a file goes once all of it is taken: a folder; empty where it stays.</summary>
    public string Archive { get; init; } = "";

    /// <summary>IANA name: the zone of the local times in its records. Empty where it is not stated: such times are bad then.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>The zone that <see cref="TimeZone"/> names; null where none is stated.</summary>
    /// <exception cref="TimeZoneNotFoundException">This machine does not know it.</exception>
    public TimeZoneInfo? FindZone() => TimeZone.Length > 0 ? TimeZoneInfo.FindSystemTimeZoneById(TimeZone) : null;

    /// <summary>What its requests must carry; empty for the key of the process that takes calls.</summary>
    public string Key { get; init; } = "";

    /// <summary>Address and port on which its datagrams are taken; empty for none.</summary>
    public string Listen { get; init; } = "";

    /// <summary>The topic of Kafka that it writes; empty for none.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Of a CSV: which columns are which fields (<c>field=Header</c>, <c>field:=value</c>), with a bar between.</summary>
    public IReadOnlyList<string> Mapping { get; init; } = [];

    /// <summary>Whether both say the same, mappings included.</summary>
    public bool IsSame(SwitchConfig other) => this with { Mapping = other.Mapping } == other && Mapping.SequenceEqual(other.Mapping);

    /// <summary>Of a CSV: what stands between columns; 0 to find it in the header.</summary>
    public char Delimiter { get; init; }
}
