using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Perimeter.Csv.Tests;

/// <summary>A measurement, not a check: run it with <c>-explicit only</c>.</summary>
public sealed class CsvReaderSpeed(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public void Reading_call_records()
    {
        var text = new StringBuilder("call_id,ani,dnis,setup_time,answer_time,end_time\n");
        for (int i = 0; i < 500_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"call-{i:D8},12015550123,4420{i:D8},2026-03-14T10:20:30.123Z,2026-03-14T10:20:35.456Z,2026-03-14T10:22:35.789Z\n");
        }

        byte[] content = Encoding.UTF8.GetBytes(text.ToString());
        double best = double.MaxValue;
        long length = 0;
        for (int round = 0; round < 10; round++)
        {
            long start = Stopwatch.GetTimestamp();
            var reader = new CsvReader(new MemoryStream(content));
            while (reader.ReadRow())
            {
                for (int column = 0; column < reader.ColumnCount; column++)
                {
                    length += reader[column].Length;
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{content.Length / best / 1e6:N0} MB/s, {500_000 / best / 1e6:N1} million rows/s ({length} bytes of columns)"));
    }
}
