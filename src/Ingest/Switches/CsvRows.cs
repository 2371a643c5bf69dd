using Perimeter.Csv;

namespace Perimeter.Ingest.Switches;

/// <summary>A file of rows without a header, each of which becomes of itself what its switch says.</summary>
internal abstract class CsvRows(CsvReader reader) : IFileRecords
{
    public long Offset => reader.RowEnd;

    public long NextLine => reader.NextLineNumber;

    protected CsvReader Row => reader;

    public virtual void SkipTo(long offset, long line) => reader.SkipTo(offset, line);

    public bool ReadRecord(CallIntake intake)
    {
        try
        {
            if (!reader.ReadRow())
            {
                return false;
            }
        }
        catch (CsvFormatException e)
        {
            intake.Unreadable(e.Line, reader.RawRow, e.Reason);
            return true;
        }

        ReadRow(intake);
        return true;
    }

    /// <summary>Makes of the row a record, puts it aside, or passes it over.</summary>
    protected abstract void ReadRow(CallIntake intake);

    /// <summary>Reads rows that were taken before, for what later ones need of them.</summary>
    protected void ReadAgain(long offset, Action read)
    {
        while (reader.RowEnd < offset)
        {
            try
            {
                if (!reader.ReadRow())
                {
                    throw new EndOfStreamException($"The content ends at byte {reader.RowEnd}, before byte {offset} at which reading was to go on.");
                }
            }
            catch (CsvFormatException)
            {
                // It was put aside when it was read first.
                continue;
            }

            read();
        }
    }
}
