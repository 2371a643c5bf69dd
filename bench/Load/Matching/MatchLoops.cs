using System.Runtime.CompilerServices;
using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Rating;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Reference;

namespace Perimeter.Load.Matching;

/// <summary>From ASCII digits to the rate in force, by the compiled deck. Numbers have <see cref="NumberDraw.Digits"/> digits and stand one behind another.</summary>
internal static class MatchLoops
{
    public static PlacedDeck Place(RateDeckConfig config)
    {
        List<CompileError> errors = [];
        RateDeck deck = RateDeck.Compile(config, 1, errors) ?? throw new InvalidOperationException($"The deck to measure with does not compile: {errors[0]}");
        return new PlacedDeck(deck, new CodeTable(deck.Timelines.Codes), ExchangeRateTimeline.SystemCurrency, ReferenceData.Empty);
    }

    /// <summary>Numbers one after another; the processor may begin the next before one is found.</summary>
    public static long OneByOne(PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        long sum = 0;
        for (int at = 0; at < digits.Length; at += NumberDraw.Digits)
        {
            sum += RateOf(deck, digits.Slice(at, NumberDraw.Digits));
        }

        return sum;
    }

    /// <summary>Each number waits for what the one before it found.</summary>
    public static long Dependent(PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        long sum = 0;
        for (int at = 0; at < digits.Length; at += NumberDraw.Digits)
        {
            // Always zero, but the processor cannot know before the rate is there.
            int wait = (int)(sum >>> 62) & 1;
            sum += RateOf(deck, digits.Slice(at + wait, NumberDraw.Digits));
        }

        return sum;
    }

    /// <summary>Numbers in blocks, as calls are rated.</summary>
    public static long Batched(PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        const int Batch = SideBlock.MaxCalls;
        Span<E164> numbers = stackalloc E164[Batch];
        Span<int> codes = stackalloc int[Batch];
        Span<int> slots = stackalloc int[Batch];
        Span<long> instants = stackalloc long[Batch];
        instants.Fill(RatingData.SetupMs);
        long sum = 0;
        for (int at = 0; at < digits.Length; at += NumberDraw.Digits * Batch)
        {
            FindBlock(deck, digits[at..], numbers, codes);
            deck.FindSlots(codes, instants, slots);
            foreach (int slot in slots)
            {
                sum += RateIn(deck, slot);
            }
        }

        return sum;
    }

    /// <summary>The first part of a match: digits to a packed number.</summary>
    public static long Parsed(ReadOnlySpan<byte> digits)
    {
        long sum = 0;
        for (int at = 0; at < digits.Length; at += NumberDraw.Digits)
        {
            E164.TryParse(digits.Slice(at, NumberDraw.Digits), out E164 number);
            sum += number.Length;
        }

        return sum;
    }

    /// <summary>The first two parts, in blocks: digits to the longest code, without its date and rate.</summary>
    public static long CodesFound(PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        const int Batch = SideBlock.MaxCalls;
        Span<E164> numbers = stackalloc E164[Batch];
        Span<int> codes = stackalloc int[Batch];
        long sum = 0;
        for (int at = 0; at < digits.Length; at += NumberDraw.Digits * Batch)
        {
            FindBlock(deck, digits[at..], numbers, codes);
            sum += codes[0];
        }

        return sum;
    }

    private static void FindBlock(PlacedDeck deck, ReadOnlySpan<byte> digits, Span<E164> numbers, Span<int> codes)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            E164.TryParse(digits.Slice(i * NumberDraw.Digits, NumberDraw.Digits), out numbers[i]);
        }

        deck.Table.FindAll(numbers, codes);
    }

    /// <summary>The rate in nanos per minute; 0 where none is in force.</summary>
    public static long RateOf(PlacedDeck deck, ReadOnlySpan<byte> digits)
    {
        E164.TryParse(digits, out E164 number);
        return RateOf(deck, deck.CodeOf(number));
    }

    private static long RateOf(PlacedDeck deck, int code) => RateIn(deck, deck.SlotAt(code, RatingData.SetupMs));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long RateIn(PlacedDeck deck, int slot) => slot < 0 ? 0 : deck.Deck.Rows.RateOf(slot, Jurisdiction.None).NanosPerMinute;
}
