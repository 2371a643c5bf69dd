using System.Runtime.CompilerServices;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>What a text column is likely to be; another form is taken where it does not hold.</summary>
internal enum TextHabit { FewDifferent, Digits, AllDifferent }

/// <summary>One text of a call event, as a column: where its span lies in the struct.</summary>
internal sealed record TextField(string Name, int Offset, TextHabit Habit)
{
    public ref TextSpan Of(Span<CallEvent> rows, int row) =>
        ref Unsafe.As<byte, TextSpan>(ref Unsafe.AddByteOffset(ref Unsafe.As<CallEvent, byte>(ref rows[row]), Offset));
}
