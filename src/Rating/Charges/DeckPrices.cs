using System.Numerics;
using System.Runtime.CompilerServices;
using Perimeter.Domain;
using Perimeter.Rating.Codes;

namespace Perimeter.Rating.Charges;

/// <summary>
/// What pricing every call needs of a deck's rows, in 4 bytes for each slot: which terms its row has, and above that its rate, as a multiple of the greatest common divisor
/// of what the deck's rates are above its lowest. A rate that is more units than the bits hold stands elsewhere, in full. Nothing is lost, and a deck of 500,000 codes is
/// small enough to stay in the processor's caches.
/// </summary>
internal sealed class DeckPrices
{
    private readonly uint[] _prices;
    private readonly int _termsBits;
    private readonly uint _termsMask;
    private readonly uint _wide;
    private readonly long _lowest;
    private readonly long _unit;

    /// <summary>For each slot its rate; empty where every rate is in the prices.</summary>
    private readonly long[] _wideNanos = [];

    /// <param name="nanos">For each slot the rate, in nanos per minute; at most <see cref="Rate.LimitNanos"/> whatever the sign.</param>
    /// <param name="terms">For each slot the place of its terms.</param>
    /// <param name="termsCount">How many different terms there are.</param>
    public DeckPrices(ReadOnlySpan<long> nanos, ReadOnlySpan<int> terms, int termsCount)
    {
        _termsBits = BitOperations.Log2((uint)Math.Max(1, termsCount - 1)) + 1;
        _termsMask = (1u << _termsBits) - 1;
        _wide = uint.MaxValue >> _termsBits;
        _lowest = Lowest(nanos);
        _unit = UnitAbove(nanos, _lowest);
        _prices = new uint[nanos.Length];
        for (int slot = 0; slot < nanos.Length; slot++)
        {
            // Most decks have rates of six decimals, or even fewer; of one without a unit, what is above the lowest is counted in nanos, and divided by nothing.
            long above = nanos[slot] - _lowest;
            long units = _unit == 1 ? above : above / _unit;
            if (units >= _wide)
            {
                _wideNanos = _wideNanos.Length > 0 ? _wideNanos : new long[nanos.Length];
                _wideNanos[slot] = nanos[slot];
                units = _wide;
            }

            _prices[slot] = ((uint)units << _termsBits) | (uint)terms[slot];
        }
    }

    /// <summary>Asks for the memory of a slot's price.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot) => Memory.Prefetch(_prices, slot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TermsOf(int slot) => (int)(_prices[slot] & _termsMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rate RateOf(int slot)
    {
        uint units = _prices[slot] >> _termsBits;

        // Cannot overflow: it gives back a rate that was counted.
        return units != _wide ? new Rate(unchecked(_lowest + (units * _unit))) : new Rate(_wideNanos[slot]);
    }

    private static long Lowest(ReadOnlySpan<long> nanos)
    {
        long lowest = nanos.IsEmpty ? 0 : nanos[0];
        foreach (long rate in nanos)
        {
            lowest = Math.Min(lowest, rate);
        }

        return lowest;
    }

    private static long UnitAbove(ReadOnlySpan<long> nanos, long lowest)
    {
        long divisor = 0;
        foreach (long rate in nanos)
        {
            long other = rate - lowest;
            while (other != 0)
            {
                (divisor, other) = (other, divisor % other);
            }

            if (divisor == 1)
            {
                break;
            }
        }

        return Math.Max(1, divisor);
    }
}
