namespace Perimeter.RatingEngine;

/// <summary>
/// Where the segments of keys are: on the heap of pinned objects. They stay for hours, and among the buffers of the large object heap, which come and go, would leave holes that no buffer fits
/// (docs/decisions/0005-deduplication.md).
/// </summary>
internal static class KeyMemory
{
    public static T[] Cleared<T>(int length)
        where T : struct => GC.AllocateArray<T>(length, pinned: true);

    public static T[] Uncleared<T>(int length)
        where T : struct => GC.AllocateUninitializedArray<T>(length, pinned: true);
}
