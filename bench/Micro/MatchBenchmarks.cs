using BenchmarkDotNet.Attributes;
using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Load.Matching;
using Perimeter.Rating.Decks;

namespace Perimeter.Micro;

/// <summary>B1 under BenchmarkDotNet: each operation is one number.</summary>
[MemoryDiagnoser]
public class MatchBenchmarks
{
    private const int Numbers = 1 << 18;

    private byte[] _digits = [];
    private PlacedDeck _deck = null!;

    [GlobalSetup]
    public void SetUp()
    {
        string[] codes = RatingData.DrawCodes(RatingData.Codes);
        _deck = MatchLoops.Place(RatingData.International(codes, Relation.Customer));
        _digits = NumberDraw.Draw(codes, Numbers, NumberSpread.Uniform);
    }

    [Benchmark(OperationsPerInvoke = Numbers)]
    public long OneByOne() => MatchLoops.OneByOne(_deck, _digits);

    [Benchmark(OperationsPerInvoke = Numbers)]
    public long Dependent() => MatchLoops.Dependent(_deck, _digits);

    [Benchmark(OperationsPerInvoke = Numbers)]
    public long Batched() => MatchLoops.Batched(_deck, _digits);
}
