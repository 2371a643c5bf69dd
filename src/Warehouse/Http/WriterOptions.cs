namespace Perimeter.Warehouse.Http;

/// <summary>What the writer's endpoint takes beyond what readers have. Its user is <see cref="User"/>, with the password of its <see cref="ClickHouseHttpOptions"/>.</summary>
public sealed record WriterOptions
{
    public const string User = "writer";

    /// <summary>Bodies of inserts lie here until the engine has read them; emptied at start.</summary>
    public required string SpoolFolder { get; init; }

    /// <summary>Of one insert. A batch of landing has less than 200 MB.</summary>
    public long MaxInsertBytes { get; init; } = 1L << 30;
}
