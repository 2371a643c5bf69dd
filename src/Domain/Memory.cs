using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perimeter.Domain;

/// <summary>Asks for memory before it is read, so that many reads that would each wait for memory wait together; and copies what is short.</summary>
public static class Memory
{
    /// <summary>What <see cref="CopyOver"/> copies at a time.</summary>
    private const int CopyBytes = 32;

    private const int Line = 64;

    /// <summary>Brings the line of an element near; reads nothing, whatever the index, and does nothing where the processor cannot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(T[] array, int index)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            // The address is only a hint: should the array be moved meanwhile, or end before it, the hint is wrong and nothing else.
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index)));
        }
    }

    /// <summary>The same for all lines of an element, or of what stands some elements behind it; nothing need be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void PrefetchWhole<T>(ref T element, int ahead)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            byte* first = (byte*)Unsafe.AsPointer(ref Unsafe.Add(ref element, ahead));
            for (int at = 0; at < sizeof(T); at += Line)
            {
                Sse.Prefetch0(first + at);
            }
        }
    }

    /// <summary>
    /// Copies a short text, many bytes at a time. Where both have room it copies more than the text, up to the next multiple of 32 bytes: what follows it in
    /// <paramref name="to"/> is to be written after it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyOver(ReadOnlySpan<byte> from, int start, int length, Span<byte> to, int at)
    {
        int whole = (length + CopyBytes - 1) & -CopyBytes;
        if ((uint)start > (uint)from.Length || (uint)at > (uint)to.Length || from.Length - start < whole || to.Length - at < whole)
        {
            from.Slice(start, length).CopyTo(to[at..]);
            return;
        }

        ref byte source = ref Unsafe.Add(ref MemoryMarshal.GetReference(from), start);
        ref byte target = ref Unsafe.Add(ref MemoryMarshal.GetReference(to), at);
        for (nuint copied = 0; copied < (nuint)whole; copied += CopyBytes)
        {
            Vector256.LoadUnsafe(ref source, copied).StoreUnsafe(ref target, copied);
        }
    }
}
