namespace Perimeter.Streaming;

/// <summary>A value and its key, on a <see cref="CompactedTopic"/>.</summary>
public readonly record struct CompactedEntry(string Key, ReadOnlyMemory<byte> Value);

/// <summary>What a reader of a <see cref="CompactedTopic"/> is given at a time.</summary>
/// <param name="Entries">In the order in which they were published; perhaps none. A later value of a key takes the place of an earlier one.</param>
/// <param name="IsCaughtUp">Everything that had been published when the reading began has been given, with this or before.</param>
public readonly record struct CompactedChanges(IReadOnlyList<CompactedEntry> Entries, bool IsCaughtUp);
