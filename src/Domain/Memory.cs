using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Perimeter.Domain;

/// <summary>Asks for memory before it is read, so that many reads that would each wait for memory wait together.</summary>
public static class Memory
{
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
}
