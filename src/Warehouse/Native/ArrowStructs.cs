using System.Runtime.InteropServices;

namespace Perimeter.Warehouse.Native;

// The three structs of the Arrow C data and C stream interfaces. A struct whose release is null is released.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArrowSchema
{
    public byte* Format;
    public byte* Name;
    public byte* Metadata;
    public long Flags;
    public long ChildCount;
    public ArrowSchema** Children;
    public ArrowSchema* Dictionary;
    public delegate* unmanaged[Cdecl]<ArrowSchema*, void> Release;
    public void* PrivateData;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArrowArray
{
    public long Length;
    public long NullCount;
    public long Offset;
    public long BufferCount;
    public long ChildCount;
    public void** Buffers;
    public ArrowArray** Children;
    public ArrowArray* Dictionary;
    public delegate* unmanaged[Cdecl]<ArrowArray*, void> Release;
    public void* PrivateData;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArrowArrayStream
{
    public delegate* unmanaged[Cdecl]<ArrowArrayStream*, ArrowSchema*, int> GetSchema;
    public delegate* unmanaged[Cdecl]<ArrowArrayStream*, ArrowArray*, int> GetNext;
    public delegate* unmanaged[Cdecl]<ArrowArrayStream*, byte*> GetLastError;
    public delegate* unmanaged[Cdecl]<ArrowArrayStream*, void> Release;
    public void* PrivateData;
}
