using System.Text.Unicode;

namespace Perimeter.Records;

/// <summary>Reads a record from a MessagePack map of the fields' names to their values.</summary>
public static class MessagePackRecord
{
    /// <summary>Whether the bytes begin a map, as no JSON and no frame do.</summary>
    public static bool IsMap(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && bytes[0] is (>= 0x80 and <= 0x8F) or 0xDE or 0xDF;

    /// <summary>Reads bytes that are one map and nothing else. <see cref="CallRecord.Begin"/> comes before, and <see cref="CallRecord.Check"/> behind.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="record">Filled as far as could be read.</param>
    /// <param name="unknownFields">Fields with names that mean nothing here.</param>
    /// <returns>Why the bytes are no map; null where they are.</returns>
    public static string? ReadOne(ReadOnlySpan<byte> bytes, CallRecord record, out int unknownFields)
    {
        unknownFields = 0;
        var reader = new MessagePackReader(bytes, stackalloc byte[MessagePackReader.RoomBytes]);
        if (reader.Read() != MessagePackKind.Map)
        {
            return "the message is no MessagePack map";
        }

        int fields = reader.Count;
        for (int i = 0; i < fields; i++)
        {
            int at = reader.At;
            MessagePackKind kind = reader.Read();
            CallField? field = kind == MessagePackKind.Text ? CallFields.Find(reader.Bytes) : null;
            if (kind == MessagePackKind.Broken || !reader.SkipItems(kind))
            {
                return Broken(at, i, fields);
            }

            at = reader.At;
            kind = reader.Read();
            if (kind == MessagePackKind.Broken)
            {
                return Broken(at, i, fields);
            }

            if (field is null)
            {
                unknownFields++;
            }
            else
            {
                Set(record, field, kind, reader.Bytes);
            }

            if (!reader.SkipItems(kind))
            {
                return Broken(at, i, fields);
            }
        }

        return reader.Left == 0 ? null : $"{reader.Left} bytes stand behind the map, from byte {reader.At + 1} of the message on";
    }

    private static void Set(CallRecord record, CallField field, MessagePackKind kind, ReadOnlySpan<byte> bytes)
    {
        switch (kind)
        {
            case MessagePackKind.Nil:
                break;
            case MessagePackKind.False:
                record.Set(field, new FieldValue(FieldForm.False, default));
                break;
            case MessagePackKind.True:
                record.Set(field, new FieldValue(FieldForm.True, default));
                break;
            case MessagePackKind.Number:
                record.Set(field, new FieldValue(FieldForm.Number, bytes));
                break;
            case MessagePackKind.Text when !Utf8.IsValid(bytes):
                record.Fail(field.Name, "is not UTF-8");
                break;
            case MessagePackKind.Text:
                record.Set(field, FieldValue.Text(bytes));
                break;
            default:
                record.Set(field, new FieldValue(FieldForm.Nested, default));
                break;
        }
    }

    private static string Broken(int at, int field, int fields) =>
        $"the message is no MessagePack from byte {at + 1} on, in field {field + 1} of {fields}: the bytes end in the middle of a value, or are none";
}
