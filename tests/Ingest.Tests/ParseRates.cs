using System.Globalization;
using System.Text;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

/// <summary>
/// How many records one core reads and checks in a second. Not part of a plain run, since it says something of an idle machine only:
/// <c>dotnet run --project tests/Ingest.Tests -c Release -- -explicit only -showliveoutput</c>.
/// </summary>
public sealed class ParseRates(ITestOutputHelper output)
{
    private const int RecordsPerBody = 1000;
    private const int FloorPerSecond = 250_000;

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(2);

    [Fact(Explicit = true)]
    public void Ndjson_is_read_at_a_quarter_million_records_a_second()
    {
        byte[] body = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, RecordsPerBody).Select(Json)));
        var json = new JsonCallRecords();
        Measure("NDJSON", body, intake => NdjsonCallRecords.ReadBody(body, json, intake));
    }

    [Fact(Explicit = true)]
    public void Json_is_read_at_a_quarter_million_records_a_second()
    {
        byte[] body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, RecordsPerBody).Select(Json))}]");
        var json = new JsonCallRecords();
        Measure("JSON", body, intake => json.ReadBody(body, intake));
    }

    [Fact(Explicit = true)]
    public void Csv_is_read_at_a_quarter_million_records_a_second()
    {
        const string header = "switch_id,call_id,attempt,trunk_group_a,trunk_group_b,ani,dnis,lrn,setup_time,answer_time,end_time,sip_code,pdd_ms,released_by,codec\n";
        byte[] body = Encoding.UTF8.GetBytes(header + string.Join('\n', Enumerable.Range(0, RecordsPerBody).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"sw{i % 4},{i:x8}-7f3a@192.0.2.1,1,cust-{i % 30},vend-{i % 30},1415555{i:0000},4930{i:00000000},,2025-06-15T11:00:00.123Z,2025-06-15T11:00:07.456Z,2025-06-15T11:02:00.789Z,200,1300,caller,PCMU"))));
        Measure("CSV", body, intake =>
        {
            using var stream = new MemoryStream(body);
            CsvCallRecords.ReadBody(stream, intake);
        });
    }

    internal static string Json(int i) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"switch_id":"sw{{i % 4}}","call_id":"{{i:x8}}-7f3a@192.0.2.1","attempt":1,"trunk_group_a":"cust-{{i % 30}}","trunk_group_b":"vend-{{i % 30}}","ani":"1415555{{i:0000}}","dnis":"4930{{i:00000000}}","setup_time":"2025-06-15T11:00:00.123Z","answer_time":"2025-06-15T11:00:07.456Z","end_time":"2025-06-15T11:02:00.789Z","sip_code":200,"pdd_ms":1300,"released_by":"caller","codec":"PCMU"}""");

    private void Measure(string format, byte[] body, Action<CallIntake> read)
    {
        CallIntake intake = Reading.Intake();
        long records = 0;
        long start = 0;
        long allocated = 0;
        for (bool warm = false; !warm || TimeProvider.System.GetElapsedTime(start) < Measured;)
        {
            intake.Begin("http", FrameSource.None);
            read(intake);
            Assert.Equal(RecordsPerBody, intake.Accepted);
            records += RecordsPerBody;
            if (!warm && records >= 500 * RecordsPerBody)
            {
                warm = true;
                records = 0;
                allocated = GC.GetAllocatedBytesForCurrentThread();
                start = TimeProvider.System.GetTimestamp();
            }
        }

        long perSecond = (long)(records / TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        output.WriteLine($"{format}: {perSecond} records/s on one core, {body.Length / RecordsPerBody} bytes each, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / records} bytes allocated per record");
        Assert.True(perSecond >= FloorPerSecond, $"{format}: {perSecond} records/s is below {FloorPerSecond}.");
    }
}
