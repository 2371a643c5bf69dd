using System.Runtime.CompilerServices;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>What a text column is likely to be; another form is taken where it does not hold.</summary>
internal enum TextHabit { FewDifferent, Digits, AllDifferent }

/// <summary>One text of a call event, as a column: where its span lies in the struct.</summary>
internal sealed record TextField(string Name, int Offset, TextHabit Habit)
{
    /// <summary>Whether the text is the same, at the same place, in all rows, by the bytes in which rows differ.</summary>
    public bool IsSame(ReadOnlySpan<byte> differing) => RowDifferences.AreNone(differing, Offset, Unsafe.SizeOf<TextSpan>());

    public TextSpan Of(in CallEvent row) =>
        Unsafe.ReadUnaligned<TextSpan>(ref RowField.First(new ReadOnlySpan<CallEvent>(in row), Offset));

    /// <summary>Copies the texts' spans out of the rows.</summary>
    /// <returns>Whether any is not empty.</returns>
    public bool Gather(ReadOnlySpan<CallEvent> rows, Span<TextSpan> spans)
    {
        int anyLength = 0;
        ref byte at = ref RowField.First<CallEvent>(rows[..spans.Length], Offset);
        for (int i = 0; i < spans.Length; i++)
        {
            TextSpan span = Unsafe.ReadUnaligned<TextSpan>(ref at);
            anyLength |= span.Length;
            spans[i] = span;
            at = ref RowField.Next<CallEvent>(ref at);
        }

        return anyLength != 0;
    }

    public void Scatter(Span<CallEvent> rows, ReadOnlySpan<TextSpan> spans)
    {
        ref byte at = ref RowField.First<CallEvent>(rows[..spans.Length], Offset);
        for (int i = 0; i < spans.Length; i++)
        {
            Unsafe.WriteUnaligned(ref at, spans[i]);
            at = ref RowField.Next<CallEvent>(ref at);
        }
    }
}
