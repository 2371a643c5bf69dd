namespace Perimeter.Records;

public enum FieldForm : byte { Text, Number, True, False, Nested }

/// <summary>One value of a record, whatever its format: its bytes (UTF-8, unescaped), and what the format says of its form. CSV knows text only.</summary>
public readonly ref struct FieldValue(FieldForm form, ReadOnlySpan<byte> bytes)
{
    public readonly FieldForm Form = form;
    public readonly ReadOnlySpan<byte> Bytes = bytes;

    public static FieldValue Text(ReadOnlySpan<byte> bytes) => new(FieldForm.Text, bytes);
}
