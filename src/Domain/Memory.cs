using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Perimeter.Domain;

/// <summary>Asks for memory before it is read, so that many reads that would each wait for memory wait together.</summary>
public static class Memory
{
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
}
