using System.Runtime.InteropServices;

namespace Perimeter.RatingEngine;

/// <summary>One event that holds its key in memory: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KeyEntry : IKeyedEntry
{
    private const uint UnsureBit = 1U << 31;
    private const uint DoubtfulBit = 1U << 30;
    private const uint Bits = UnsureBit | DoubtfulBit;

    // The two halves of the key's 128-bit hash.
    public ulong High;
    public ulong Low;

    /// <summary>
    /// 32 bits of the hash of the content that the key was first taken with: other content under the same key is taken for a repeat once in 4 billion conflicts,
    /// and would not have been rated either way.
    /// </summary>
    public uint Content;

    private uint _next;

    /// <summary>How many entries on the next event of the same key lies; 0 where there is none.</summary>
    public uint NextAfter
    {
        readonly get => _next & ~Bits;
        set => _next = (_next & Bits) | value;
    }

    readonly ulong IKeyedEntry.High => High;

    readonly ulong IKeyedEntry.Low => Low;

    /// <summary>The key is known, but <see cref="Content"/> may not be that of its first event, which came before memory begins: see the calls that landed.</summary>
    public bool IsUnsure
    {
        readonly get => (_next & UnsureBit) != 0;
        set => _next = value ? _next | UnsureBit : _next & ~UnsureBit;
    }

    /// <summary>
    /// The event was rated or put aside, and its bytes alone do not tell which, since that hung on its call's answered event: where no call of the key landed, it is free.
    /// </summary>
    public bool IsDoubtful
    {
        readonly get => (_next & DoubtfulBit) != 0;
        set => _next = value ? _next | DoubtfulBit : _next & ~DoubtfulBit;
    }
}
