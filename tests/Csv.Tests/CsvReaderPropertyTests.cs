using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Csv.Tests;

public sealed class CsvReaderPropertyTests
{
    private static readonly string[] Pieces =
        ["a", "7", "é", ",", ",", ",", "\n", "\r\n", "\r", "\"", "\"", "\"\"", ";", "\"x,y\"", "\"line\nend\"", "\"say \"\"no\"\"\"", new string('w', 70)];

    private static readonly Gen<byte[]> Contents =
        from bom in Gen.Elements("", "", "\uFEFF")
        from pieces in Gen.ListOf(Gen.Elements(Pieces))
        select Encoding.UTF8.GetBytes(bom + string.Concat(pieces));

    private static readonly Gen<(byte[] Content, int BufferBytes, int ReadBytes)> Readings =
        from content in Contents
        from bufferBytes in Gen.Choose(CsvOptions.MinBufferBytes, 150)
        from readBytes in Gen.Choose(1, 100)
        select (content, bufferBytes, readBytes);

    [Fact]
    public void Any_content_reads_as_the_naive_reader_reads_it_whatever_the_size_of_the_buffer()
    {
        int faults = 0;
        int severalLines = 0;
        var property = Prop.ForAll(Readings.ToArbitrary(), reading =>
        {
            List<ReadResult> expected = NaiveCsv.Read(reading.Content, (byte)',');
            List<ReadResult> actual = CsvContent.ReadAll(
                new DripStream(reading.Content, reading.ReadBytes), new CsvOptions { Delimiter = (byte)',', BufferBytes = reading.BufferBytes });
            faults += expected.Count(row => row.Fault is not null);
            severalLines += expected.Count(row => row.Fault is null && row.Raw.Contains('\n', StringComparison.Ordinal));
            Assert.Equal(expected, actual.Select(row => row.Fault is null ? row : row with { Fault = "fault" }));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithEndSize(60), property);
        Assert.True(faults > 100 && severalLines > 100, $"The generator met {faults} malformed rows and {severalLines} rows of several lines.");
    }

    /// <summary>The scan goes by blocks: everything that means something is met at every place of one, and across its end.</summary>
    [Fact]
    public void Every_piece_reads_alike_wherever_in_a_block_it_stands()
    {
        string[] pieces = ["\"a\",", "\"\",", "\"\"\"\",", "\"a\"\"b\",", "\"a,b\"\r\n", "\"a\nb\"\r\n", "a\"b,", "\"a\"b,", "\"a\"\rb\n", "\"a\"\r", "\"a\"", "\"a", "\"a\"\"", "\"a\"\n\"b\",c\n", ",,,\n"];
        foreach (string one in pieces)
        {
            foreach (string other in pieces)
            {
                for (int before = 0; before < 70; before++)
                {
                    byte[] content = Encoding.UTF8.GetBytes($"{new string('x', before)},{one}{other}z,\"z\"\n\"last\",1\n");
                    List<ReadResult> actual = CsvContent.ReadAll(new MemoryStream(content), new CsvOptions { Delimiter = (byte)',', BufferBytes = 4096 });
                    Assert.Equal(NaiveCsv.Read(content, (byte)','), actual.Select(row => row.Fault is null ? row : row with { Fault = "fault" }));
                }
            }
        }
    }

    [Fact]
    public void Reading_taken_up_behind_any_row_gives_the_rows_that_were_left()
    {
        var property = Prop.ForAll(Readings.ToArbitrary(), reading =>
        {
            var options = new CsvOptions { Delimiter = (byte)',', BufferBytes = reading.BufferBytes };
            List<ReadResult> all = CsvContent.ReadAll(new DripStream(reading.Content, reading.ReadBytes), options);
            for (int done = 1; done <= all.Count; done++)
            {
                var reader = new CsvReader(new DripStream(reading.Content, reading.ReadBytes), options);
                long line = done < all.Count ? all[done].Line : 0;
                reader.SkipTo(all[done - 1].End, line);
                // Empty lines between are counted from where reading was taken up.
                IEnumerable<ReadResult> left = CsvContent.ReadAll(reader).Select(row => row with { Line = 0 });
                Assert.Equal(all.Skip(done).Select(row => row with { Line = 0 }), left);
            }
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(40), property);
    }

    [Fact]
    public void What_the_writer_writes_the_reader_reads_back()
    {
        Gen<string> text = from pieces in Gen.ListOf(Gen.Elements(Pieces)) select string.Concat(pieces);
        Gen<List<string[]>> rows =
            from width in Gen.Choose(2, 5)
            from list in Gen.ListOf(Gen.ArrayOf(text, width))
            select list.ToList();
        var property = Prop.ForAll(rows.ToArbitrary(), written =>
        {
            using var stream = new MemoryStream();
            using (var writer = new CsvWriter(stream))
            {
                foreach (string[] row in written)
                {
                    foreach (string column in row)
                    {
                        writer.Write(column);
                    }

                    writer.EndRow();
                }
            }

            List<ReadResult> read = CsvContent.ReadAll(new MemoryStream(stream.ToArray()), new CsvOptions { Delimiter = (byte)',' });
            Assert.Equal(written.Select(ReadResult.Join), read.Select(row => row.Columns));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(30), property);
    }
}
