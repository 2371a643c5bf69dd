using System.Buffers;

namespace Perimeter.Ingest;

/// <summary>Reads call records from a body of NDJSON. A line that is bad spoils no other; empty lines are passed over.</summary>
internal static class NdjsonCallRecords
{
    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r"u8);

    public static void ReadBody(ReadOnlySpan<byte> body, JsonCallRecords json, CallIntake intake)
    {
        long index = 0;
        while (!body.IsEmpty && !intake.IsFull && intake.Records <= intake.Limits.MaxRecordsPerRequest)
        {
            int end = body.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = WithoutReturn(end < 0 ? body : body[..end]);
            body = end < 0 ? default : body[(end + 1)..];
            if (!IsBlank(line))
            {
                json.ReadLine(line, index++, intake);
            }
        }
    }

    public static bool IsBlank(ReadOnlySpan<byte> line) => !line.ContainsAnyExcept(Blank);

    public static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) => line.EndsWith("\r"u8) ? line[..^1] : line;
}
