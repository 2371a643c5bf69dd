using System.Runtime.InteropServices;

namespace Perimeter.RatingEngine;

/// <summary>One event that holds its key in memory: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KeyEntry
{
    // The two halves of the key's 128-bit hash.
    public ulong High;
    public ulong Low;

    /// <summary>
    /// 32 bits of the content's hash: other content under the same key is taken for a repeat once in 4 billion conflicts, and would not have been rated either way.
    /// </summary>
    public uint Content;

    /// <summary>How many entries on the next event of the same key lies; 0 where there is none.</summary>
    public uint NextAfter;
}
