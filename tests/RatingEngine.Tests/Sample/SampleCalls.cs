using System.Buffers;
using System.Text;
using Perimeter.Ingest.Sample;
using Perimeter.Oracle;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>The calls of the sample as text and as the oracle sees them.</summary>
internal static class SampleCalls
{
    public static SampleTraffic Traffic(long calls, ulong seed = 1) =>
        new(SampleFiles.Snapshot.Config, new SampleTrafficOptions { Calls = calls, Seed = seed, BatchCalls = 2_500 });

    public static byte[] Bytes(long calls, SampleFormat format, ulong seed = 1)
    {
        using MemoryStream stream = new();
        Traffic(calls, seed).WriteFile(stream, format);
        return stream.ToArray();
    }

    public static byte[] Batch(SampleTraffic traffic, int batch, SampleFormat format)
    {
        ArrayBufferWriter<byte> output = new();
        traffic.WriteBatch(batch, format, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What the oracle makes of the records; <paramref name="seen"/> is told of every attempt.</summary>
    public static OracleReport Rate(byte[] records, Action<AttemptResult>? seen = null)
    {
        CarrierOracle oracle = CarrierOracle.Open(SampleFiles.CarrierFolder, SampleFiles.DataFolder);
        using StreamReader reader = new(new MemoryStream(records), Encoding.UTF8);
        return oracle.Rate(RecordReader.Read(reader), seen);
    }
}
