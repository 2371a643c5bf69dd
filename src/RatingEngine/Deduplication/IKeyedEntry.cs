namespace Perimeter.RatingEngine;

/// <summary>What a <see cref="KeyIndex{TEntry}"/> must know of an entry.</summary>
internal interface IKeyedEntry
{
    /// <summary>The first half of the key's 128-bit hash.</summary>
    ulong High { get; }

    /// <summary>The second half.</summary>
    ulong Low { get; }

    /// <summary>How many entries on the next one of the same key lies; 0 where there is none.</summary>
    uint NextAfter { get; set; }
}
