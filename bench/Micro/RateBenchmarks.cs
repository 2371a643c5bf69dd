using BenchmarkDotNet.Attributes;
using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Rating;

namespace Perimeter.Micro;

/// <summary>B4: calls rated in memory, both sides. Each operation is one call.</summary>
[MemoryDiagnoser]
public class RateBenchmarks
{
    private readonly Rater _rater = new();
    private RatingSnapshot _snapshot = null!;
    private RatedCallBatch _batch = null!;

    [GlobalSetup]
    public void SetUp()
    {
        string[] codes = RatingData.DrawCodes(60_000);
        _snapshot = RatingData.Carrier(codes);
        _batch = RatingData.Calls(codes, RatingData.BatchRows);
    }

    [Benchmark(OperationsPerInvoke = RatingData.BatchRows)]
    public void Rate() => _rater.Rate(_snapshot, _batch);
}

/// <summary>B3: a deck of 500,000 codes compiled.</summary>
[MemoryDiagnoser]
public class CompileBenchmarks
{
    private RateDeckConfig _deck = null!;

    [GlobalSetup]
    public void SetUp() => _deck = RatingData.International(RatingData.DrawCodes(RatingData.Codes), Relation.Customer);

    [Benchmark]
    public OneDeckCompilation Compile() => OneDeckRater.Compile(_deck);
}
