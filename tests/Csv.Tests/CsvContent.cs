using System.Text;

namespace Perimeter.Csv.Tests;

/// <summary>Content as tests write it, read to its end.</summary>
public static class CsvContent
{
    public static List<ReadResult> ReadAll(string content, CsvOptions? options = null) =>
        ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(content)), options);

    public static List<ReadResult> ReadAll(Stream stream, CsvOptions? options = null) => ReadAll(new CsvReader(stream, options));

    public static List<ReadResult> ReadAll(CsvReader reader)
    {
        var rows = new List<ReadResult>();
        while (true)
        {
            try
            {
                if (!reader.ReadRow())
                {
                    return rows;
                }

                var columns = new List<string>();
                for (int i = 0; i < reader.ColumnCount; i++)
                {
                    columns.Add(Encoding.UTF8.GetString(reader[i]));
                }

                rows.Add(Result(reader, ReadResult.Join(columns), null));
            }
            catch (CsvFormatException fault)
            {
                Assert.Equal(reader.LineNumber, fault.Line);
                rows.Add(Result(reader, "", fault.Reason));
            }
        }
    }

    private static ReadResult Result(CsvReader reader, string columns, string? fault) =>
        new(reader.LineNumber, reader.RowStart, reader.RowEnd, Encoding.UTF8.GetString(reader.RawRow), columns, fault);
}

/// <summary>Gives at most so many bytes at a time and cannot seek, as a socket does.</summary>
public sealed class DripStream(byte[] content, int bytesAtATime) : MemoryStream(content)
{
    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, bytesAtATime)]);
}
