using BenchmarkDotNet.Attributes;
using Perimeter.Load.Calls;
using Perimeter.Load.Data;
using Perimeter.Load.Records;

namespace Perimeter.Micro;

/// <summary>B5 under BenchmarkDotNet: each operation is one row.</summary>
[MemoryDiagnoser]
public class CsvBenchmarks
{
    private const int Batches = 8;
    private const int Rows = Batches * RatingData.BatchRows;

    private RecordRating _product = null!;
    private byte[] _file = [];

    [GlobalSetup]
    public void SetUp()
    {
        string[] codes = RatingData.DrawCodes(RatingData.RealCodes);
        _file = RecordFile.Write(new CallSet(Enumerable.Range(0, Batches).Select(n => RatingData.Calls(codes, RatingData.BatchRows, n))));
        _product = new RecordRating(_file, RatingData.Carrier(codes));
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public long CsvHelperReads() => CsvReaders.CsvHelper(_file);

    [Benchmark(OperationsPerInvoke = Rows)]
    public void CsvToRated() => _product.RateStraight(null);
}
