using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>The columns of one side of rated calls, in the order in which they are stored: new ones go at the end, and none is ever taken out.</summary>
internal static class RatedSideColumns
{
    private static readonly NumberField[] Fields = SideFields();

    private static readonly NumberField Instant = new("received", 0, FieldStorage.Int64, CallEvent.NoInstant);

    public static void Write(FrameWriter writer, Span<RatedSide> rows)
    {
        writer.Varint((ulong)Fields.Length);
        Span<byte> differing = stackalloc byte[RowDifferences.Bytes<RatedSide>()];
        RowDifferences.Find(rows, differing);
        foreach (NumberField field in Fields)
        {
            NumberColumn.Write(writer, field, rows, differing);
        }
    }

    public static void Read(ref FrameReader reader, Span<RatedSide> rows)
    {
        // What an absent column stands for: the defaults of the fields.
        rows.Fill(new RatedSide { DeckRow = -1, SystemCharge = new Money(long.MinValue) });
        int columns = reader.Count(byte.MaxValue);
        FrameWriter scratch = FrameWriter.ForThisThread();
        int column = 0;
        for (; column < Math.Min(columns, Fields.Length); column++)
        {
            NumberColumn.Read(ref reader, scratch, Fields[column], rows);
        }

        reader.SkipColumns(columns - column);
    }

    public static void WriteReceived(FrameWriter writer, Span<long> receivedMs) => NumberColumn.Write(writer, Instant, receivedMs, []);

    public static void ReadReceived(ref FrameReader reader, Span<long> receivedMs)
    {
        receivedMs.Fill(CallEvent.NoInstant);
        NumberColumn.Read(ref reader, FrameWriter.ForThisThread(), Instant, receivedMs);
    }

    private static NumberField[] SideFields()
    {
        RatedSide s = default;
        int seconds = NumberField.OffsetOf(ref s, ref s.Seconds);
        int charge = NumberField.OffsetOf(ref s, ref s.Charge);
        return
        [
            new("trunk_group", NumberField.OffsetOf(ref s, ref s.TrunkGroup), FieldStorage.Int32, 0),
            new("relationship", NumberField.OffsetOf(ref s, ref s.Relationship), FieldStorage.Int32, 0),
            new("direction", NumberField.OffsetOf(ref s, ref s.Direction), FieldStorage.Byte, 0),
            new("relation", NumberField.OffsetOf(ref s, ref s.Relation), FieldStorage.Byte, 0),
            new("class", NumberField.OffsetOf(ref s, ref s.Class), FieldStorage.Byte, 0),
            new("outcome", NumberField.OffsetOf(ref s, ref s.Outcome), FieldStorage.Byte, 0),
            new("jurisdiction", NumberField.OffsetOf(ref s, ref s.Jurisdiction), FieldStorage.Byte, 0),
            new("deck", NumberField.OffsetOf(ref s, ref s.Deck), FieldStorage.Int32, 0),
            new("deck_version", NumberField.OffsetOf(ref s, ref s.DeckVersion), FieldStorage.Int32, 0),
            new("code", NumberField.OffsetOf(ref s, ref s.Code), FieldStorage.Code, 0),
            new("destination", NumberField.OffsetOf(ref s, ref s.Destination), FieldStorage.Int32, 0),
            new("seconds", seconds, FieldStorage.Int32, 0),
            new("billed_seconds", NumberField.OffsetOf(ref s, ref s.BilledSeconds), FieldStorage.Int32, 0),
            new("rate", NumberField.OffsetOf(ref s, ref s.Rate), FieldStorage.Int64, 0),
            new("charge", charge, FieldStorage.Int64, 0),
            new("currency", NumberField.OffsetOf(ref s, ref s.Currency), FieldStorage.Int32, 0),
            new("exchange_rate", NumberField.OffsetOf(ref s, ref s.ExchangeRate), FieldStorage.Int64, 0),

            // Told against the charge: nothing is left of it where the deck's currency is the system's. 0 is then an ordinary difference, so the
            // default is a number that no difference of two amounts comes to.
            new("system_charge", NumberField.OffsetOf(ref s, ref s.SystemCharge), FieldStorage.Int64, long.MinValue, charge),
        ];
    }
}
