namespace Perimeter.Warehouse.Http;

/// <summary>A disk without room, told with what to do.</summary>
internal static class FullDisk
{
    /// <summary>What the engine says of a full disk, with the place and what to do; any other refusal as it is.</summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="folder">On that disk.</param>
    public static ClickHouseException Explained(ClickHouseException failure, string folder) =>
        failure.IsDiskFull
            ? new ClickHouseException(failure.Code, $"{failure.Message} The disk that holds {folder} is full: make room on it. Nothing of the insert was kept, and nothing is lost.")
            : failure;
}
