using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>What a text column is likely to be; another form is taken where it does not hold.</summary>
internal enum TextHabit { FewDifferent, Digits, AllDifferent }

/// <summary>One text of a call event, as a column: where its span lies in the struct.</summary>
internal sealed record TextField(string Name, int Offset, TextHabit Habit)
{
    /// <summary>Whether the text is the same, at the same place, in all rows, by the bytes in which rows differ.</summary>
    public bool IsSame(ReadOnlySpan<byte> differing) => differing.Slice(Offset, Unsafe.SizeOf<TextSpan>()).IndexOfAnyExcept((byte)0) < 0;

    public TextSpan Of(in CallEvent row) =>
        Unsafe.ReadUnaligned<TextSpan>(ref Unsafe.AddByteOffset(ref Unsafe.As<CallEvent, byte>(ref Unsafe.AsRef(in row)), Offset));

    /// <summary>Copies the texts' spans out of the rows.</summary>
    /// <returns>Whether any is not empty.</returns>
    public bool Gather(ReadOnlySpan<CallEvent> rows, Span<TextSpan> spans)
    {
        int anyLength = 0;
        ref byte at = ref First(rows[..spans.Length]);
        for (int i = 0; i < spans.Length; i++)
        {
            TextSpan span = Unsafe.ReadUnaligned<TextSpan>(ref at);
            anyLength |= span.Length;
            spans[i] = span;
            at = ref Unsafe.AddByteOffset(ref at, Unsafe.SizeOf<CallEvent>());
        }

        return anyLength != 0;
    }

    public void Scatter(Span<CallEvent> rows, ReadOnlySpan<TextSpan> spans)
    {
        ref byte at = ref First(rows[..spans.Length]);
        for (int i = 0; i < spans.Length; i++)
        {
            Unsafe.WriteUnaligned(ref at, spans[i]);
            at = ref Unsafe.AddByteOffset(ref at, Unsafe.SizeOf<CallEvent>());
        }
    }

    /// <summary>The span of the first row. Stepping on from the last leads past the rows, and nothing is read there.</summary>
    private ref byte First(ReadOnlySpan<CallEvent> rows) =>
        ref Unsafe.AddByteOffset(ref Unsafe.As<CallEvent, byte>(ref MemoryMarshal.GetReference(rows)), Offset);
}
