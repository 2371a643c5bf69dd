using System.Text;

namespace Perimeter.Csv.Tests;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b,c\n", ',')]
    [InlineData("a;b;c\n", ';')]
    [InlineData("a\tb\tc\n", '\t')]
    [InlineData("a|b|c\n", '|')]
    [InlineData("one;two;three,with,four,commas\n", ',')]
    [InlineData("\"a,b,c\";d;e\n", ';')]
    [InlineData("alone\n", ',')]
    public void The_delimiter_is_found_in_the_first_line(string content, char delimiter)
    {
        var reader = new CsvReader(new MemoryStream(Encoding.UTF8.GetBytes(content)));
        Assert.True(reader.ReadRow());
        Assert.Equal((byte)delimiter, reader.Delimiter);
    }

    [Fact]
    public void Offsets_and_lines_are_those_of_the_stream()
    {
        List<ReadResult> rows = CsvContent.ReadAll("\uFEFFa,b\r\n\r\n\"x\ny\",1\nlast,2");
        Assert.Equal(
            [(1L, 3L, 8L, "a,b"), (3L, 10L, 18L, "\"x\ny\",1"), (5L, 18L, 24L, "last,2")],
            rows.Select(row => (row.Line, row.Start, row.End, row.Raw)));
    }

    [Theory]
    [InlineData("a,\"b\n", "a quoted column is not closed")]
    [InlineData("a,\"b\"c\n", "text stands between the closing quote of a column and the next delimiter")]
    [InlineData("a,b,c,d,e\n", "the row has more than 4 columns")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "the row is longer than 32 bytes")]
    [InlineData("a,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n", "the row is longer than 32 bytes")]
    [InlineData("a,\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n", "the row is longer than 32 bytes")]
    public void A_malformed_row_says_what_is_wrong_and_the_next_line_is_read(string bad, string reason)
    {
        foreach (int bufferBytes in (int[])[8, 16, 40, 4096])
        {
            var options = new CsvOptions { Delimiter = (byte)',', MaxColumns = 4, MaxRowBytes = 32, BufferBytes = bufferBytes };
            List<ReadResult> rows = CsvContent.ReadAll("first,1\n" + bad + "last,2\n", options);
            Assert.Equal([null, reason, null], rows.Select(row => row.Fault));
            Assert.Equal((2, 8, 8 + bad.Length), (rows[1].Line, rows[1].Start, rows[1].End));
            string line = bad.TrimEnd('\n');
            Assert.Equal(line[..Math.Min(line.Length, 32)], rows[1].Raw);
            Assert.Equal((3, 8 + bad.Length, "last,2"), (rows[2].Line, rows[2].Start, rows[2].Raw));
        }
    }

    [Fact]
    public void A_row_of_exactly_the_limit_is_read()
    {
        var options = new CsvOptions { Delimiter = (byte)',', MaxColumns = 2, MaxRowBytes = 5, BufferBytes = 8 };
        Assert.All(CsvContent.ReadAll("aa,bb\r\ncc,dd\nee,ff", options), row => Assert.Null(row.Fault));
    }

    [Fact]
    public void Content_in_UTF16_is_refused_with_what_to_do()
    {
        var reader = new CsvReader(new MemoryStream([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\n")]));
        Assert.Equal("line 1: the content is UTF-16; save it as UTF-8", Assert.Throws<CsvFormatException>(() => reader.ReadRow()).Message);
    }

    [Fact]
    public void Reading_cannot_be_taken_up_behind_the_end()
    {
        var reader = new CsvReader(new MemoryStream("a,b\n"u8.ToArray()));
        Assert.Throws<EndOfStreamException>(() => reader.SkipTo(5, 2));
    }

    [Fact]
    public void A_row_takes_no_memory()
    {
        byte[] content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("one,\"two \"\"quoted\"\"\",three\n", 20_000)));
        var reader = new CsvReader(new MemoryStream(content));
        long sum = 0;
        // The buffers grow to what rows need within the first thousand.
        for (int i = 0; i < 1_000; i++)
        {
            Assert.True(reader.ReadRow());
            sum += reader[1].Length;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        while (reader.ReadRow())
        {
            sum += reader[0].Length + reader[1].Length + reader[2].Length;
        }

        // A collection that other tests cause ends the thread's piece of fresh memory, of 8 KB, and counts what is left of it.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024);
        Assert.Equal((1_000 * 12) + (19_000 * 20), sum);
    }

    [Fact]
    public void Numbers_are_written_exactly_and_without_trailing_zeros()
    {
        using var stream = new MemoryStream();
        using (var writer = new CsvWriter(stream))
        {
            foreach (long nanos in (long[])[0, 1, -1, 500_000_000, 1_000_000_000, -1_230_000_000, long.MaxValue, long.MinValue])
            {
                writer.WriteFixed(nanos, 9);
            }

            writer.EndRow();
        }

        Assert.Equal(
            "0,0.000000001,-0.000000001,0.5,1,-1.23,9223372036.854775807,-9223372036.854775808\n", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
