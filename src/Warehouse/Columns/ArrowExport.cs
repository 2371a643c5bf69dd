using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Perimeter.Warehouse.Native;

namespace Perimeter.Warehouse.Columns;

/// <summary>
/// A column set as an Arrow stream of one batch, for one insert. The structs live here until it is disposed; the values stay in the set's own buffers,
/// so nothing may touch the set meanwhile. The engine releases what it took before its statement returns.
/// </summary>
internal sealed unsafe class ArrowExport : IDisposable
{
    private readonly List<IntPtr> _allocated = [];
    private readonly State* _state;

    public ArrowExport(ColumnSet set)
    {
        _state = Allocate<State>(1);
        int count = set.Columns.Count;
        _state->ColumnCount = count;
        _state->Formats = (byte**)Allocate<IntPtr>(count);
        _state->Names = (byte**)Allocate<IntPtr>(count);
        _state->StructFormat = Text("+s");
        _state->Empty = Text("");
        _state->Batch.Length = set.Rows;
        _state->Batch.ChildCount = count;
        _state->Batch.BufferCount = 1;
        _state->Batch.Buffers = (void**)Allocate<IntPtr>(1);
        _state->Batch.Children = (ArrowArray**)Allocate<IntPtr>(count);
        _state->Batch.Release = &ReleaseArray;
        _state->Batch.PrivateData = _state;
        for (int i = 0; i < count; i++)
        {
            Column column = set.Columns[i];
            _state->Formats[i] = Text(column.ArrowFormat);
            _state->Names[i] = Text(column.Name);
            ArrowArray* child = Allocate<ArrowArray>(1);
            child->Length = set.Rows;
            child->BufferCount = column.BufferCount;
            child->Buffers = (void**)Allocate<IntPtr>(column.BufferCount);
            column.WriteBuffers(child->Buffers);
            child->Release = &ReleaseArray;
            child->PrivateData = _state;
            _state->Batch.Children[i] = child;
        }

        Stream = Allocate<ArrowArrayStream>(1);
        Stream->GetSchema = &GetSchema;
        Stream->GetNext = &GetNext;
        Stream->GetLastError = &GetLastError;
        Stream->Release = &ReleaseStream;
        Stream->PrivateData = _state;
    }

    public ArrowArrayStream* Stream { get; }

    public void Dispose()
    {
        foreach (IntPtr block in _allocated)
        {
            NativeMemory.Free((void*)block);
        }

        _allocated.Clear();
    }

    private T* Allocate<T>(int count)
        where T : unmanaged
    {
        void* block = NativeMemory.AllocZeroed((nuint)Math.Max(count, 1), (nuint)sizeof(T));
        _allocated.Add((IntPtr)block);
        return (T*)block;
    }

    private byte* Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        byte* copy = Allocate<byte>(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, length));
        return copy;
    }

    // The engine may ask for the schema more than once, so each answer owns its children and frees them when it is released.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetSchema(ArrowArrayStream* stream, ArrowSchema* schema)
    {
        var state = (State*)stream->PrivateData;
        int count = state->ColumnCount;
        nuint pointers = (nuint)(count * sizeof(ArrowSchema*));
        byte* block = (byte*)NativeMemory.AllocZeroed(pointers + (nuint)(count * sizeof(ArrowSchema)));
        *schema = new ArrowSchema
        {
            Format = state->StructFormat, Name = state->Empty, ChildCount = count,
            Children = (ArrowSchema**)block, Release = &ReleaseSchema, PrivateData = block,
        };
        for (int i = 0; i < count; i++)
        {
            ArrowSchema* child = (ArrowSchema*)(block + pointers) + i;
            *child = new ArrowSchema { Format = state->Formats[i], Name = state->Names[i], Release = &ReleaseSchema };
            schema->Children[i] = child;
        }

        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetNext(ArrowArrayStream* stream, ArrowArray* array)
    {
        var state = (State*)stream->PrivateData;
        if (state->Taken != 0)
        {
            *array = default;
            return 0;
        }

        state->Taken = 1;
        *array = state->Batch;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetLastError(ArrowArrayStream* stream) => null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ReleaseStream(ArrowArrayStream* stream) => stream->Release = null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ReleaseArray(ArrowArray* array)
    {
        for (long i = 0; i < array->ChildCount; i++)
        {
            ArrowArray* child = array->Children[i];
            if (child->Release is not null)
            {
                child->Release(child);
            }
        }

        array->Release = null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ReleaseSchema(ArrowSchema* schema)
    {
        for (long i = 0; i < schema->ChildCount; i++)
        {
            ArrowSchema* child = schema->Children[i];
            if (child->Release is not null)
            {
                child->Release(child);
            }
        }

        NativeMemory.Free(schema->PrivateData);
        schema->Release = null;
    }

    private struct State
    {
        public int ColumnCount;
        public int Taken;
        public byte** Formats;
        public byte** Names;
        public byte* StructFormat;
        public byte* Empty;
        public ArrowArray Batch;
    }
}
