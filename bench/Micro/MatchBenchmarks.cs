using BenchmarkDotNet.Attributes;
using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Micro;

/// <summary>B1: longest prefix and date, ASCII digits to row, 500,000 codes. Each operation is one number.</summary>
[MemoryDiagnoser]
public class MatchBenchmarks
{
    public const int Numbers = 1 << 18;

    private byte[][] _numbers = [];
    private byte[] _digits = [];
    private Rating.Decks.PlacedDeck _deck = null!;

    [GlobalSetup]
    public void SetUp()
    {
        string[] codes = RatingData.DrawCodes(RatingData.Codes);
        _deck = Place(codes);
        _numbers = RatingData.DrawNumbers(codes, Numbers);
        _digits = [.. _numbers.SelectMany(static number => number)];
    }

    internal static Rating.Decks.PlacedDeck Place(string[] codes)
    {
        Rating.Decks.RateDeck deck = Rating.Decks.RateDeck.Compile(RatingData.International(codes, Relation.Customer), 1, [])!;
        return new Rating.Decks.PlacedDeck(deck, new Rating.Codes.CodeTable(deck.Timelines.Codes), Rating.Decks.ExchangeRateTimeline.SystemCurrency, Rating.Reference.ReferenceData.Empty);
    }

    /// <summary>Numbers one after another; the processor may begin the next before one is found.</summary>
    [Benchmark(OperationsPerInvoke = Numbers)]
    public long Match() => MatchAll(_deck, _digits);

    /// <summary>Each number depends on what the one before it found.</summary>
    [Benchmark(OperationsPerInvoke = Numbers)]
    public long MatchDependent() => MatchAllDependent(_deck, _digits);

    /// <summary>Numbers in batches, as calls are rated.</summary>
    [Benchmark(OperationsPerInvoke = Numbers)]
    public long MatchBatched() => MatchBatched(_deck, _digits);

    internal static long MatchAll(Rating.Decks.PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        long sum = 0;
        for (int at = 0; at < digits.Length; at += 12)
        {
            sum += RateOf(deck, digits.Slice(at, 12));
        }

        return sum;
    }

    internal static long MatchAllDependent(Rating.Decks.PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        long sum = 0;
        for (int at = 0; at < digits.Length; at += 12)
        {
            // Always zero, but the processor cannot know before the rate is there.
            int wait = (int)(sum >>> 62) & 1;
            sum += RateOf(deck, digits.Slice(at + wait, 12));
        }

        return sum;
    }

    internal static long MatchBatched(Rating.Decks.PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        const int Batch = SideBlock.MaxCalls;
        Span<E164> numbers = stackalloc E164[Batch];
        Span<int> codes = stackalloc int[Batch];
        long sum = 0;
        for (int at = 0; at < digits.Length; at += 12 * Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                E164.TryParse(digits.Slice(at + (i * 12), 12), out numbers[i]);
            }

            deck.Table.FindAll(numbers, codes);
            for (int i = 0; i < Batch; i++)
            {
                deck.Prefetch(codes[i]);
            }

            for (int i = 0; i < Batch; i++)
            {
                sum += RateOf(deck, codes[i]);
            }
        }

        return sum;
    }

    internal static long ParseAll(ReadOnlySpan<byte> digits)
    {
        long sum = 0;
        for (int at = 0; at < digits.Length; at += 12)
        {
            E164.TryParse(digits.Slice(at, 12), out E164 number);
            sum += number.Length;
        }

        return sum;
    }

    internal static long FindAll(Rating.Decks.PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        long sum = 0;
        for (int at = 0; at < digits.Length; at += 12)
        {
            E164.TryParse(digits.Slice(at, 12), out E164 number);
            sum += deck.CodeOf(number);
        }

        return sum;
    }

    private static long RateOf(Rating.Decks.PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        E164.TryParse(digits, out E164 number);
        return RateOf(deck, deck.CodeOf(number));
    }

    private static long RateOf(Rating.Decks.PlacedDeck deck, int code)
    {
        int slot = deck.SlotAt(code, RatingData.SetupMs);
        return slot < 0 ? 0 : deck.Deck.Rows.RateOf(slot, Jurisdiction.None).NanosPerMinute;
    }
}
