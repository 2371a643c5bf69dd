using System.Runtime.InteropServices;
using System.Text;

namespace Perimeter.Warehouse.Native;

/// <summary>Texts as C takes them: pointers to UTF-8 bytes that end with zero, and their lengths. Lives for one call.</summary>
internal sealed unsafe class Utf8Arguments : IDisposable
{
    private readonly byte** _pointers;
    private readonly nuint* _lengths;

    public Utf8Arguments(IReadOnlyList<string> texts)
    {
        Count = texts.Count;
        _pointers = (byte**)NativeMemory.AllocZeroed((nuint)Count + 1, (nuint)sizeof(byte*));
        _lengths = (nuint*)NativeMemory.AllocZeroed((nuint)Count + 1, (nuint)sizeof(nuint));
        for (int i = 0; i < Count; i++)
        {
            int length = Encoding.UTF8.GetByteCount(texts[i]);
            _pointers[i] = (byte*)NativeMemory.Alloc((nuint)length + 1);
            Encoding.UTF8.GetBytes(texts[i], new Span<byte>(_pointers[i], length));
            _pointers[i][length] = 0;
            _lengths[i] = (nuint)length;
        }
    }

    public int Count { get; }

    public byte** Pointers => _pointers;

    public nuint* Lengths => _lengths;

    public void Dispose()
    {
        for (int i = 0; i < Count; i++)
        {
            NativeMemory.Free(_pointers[i]);
        }

        NativeMemory.Free(_pointers);
        NativeMemory.Free(_lengths);
    }
}
