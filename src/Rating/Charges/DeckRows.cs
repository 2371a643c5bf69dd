using System.Buffers;
using System.Runtime.CompilerServices;
using Perimeter.Domain;
using Perimeter.Rating.Codes;

namespace Perimeter.Rating.Charges;

/// <summary>
/// The rows of a deck, ready to charge by: each jurisdiction has its rate, whatever a row left out. Rows stand in slots: of a deck that is keyed by code first, for each code
/// in order, the row of that code which began last, by which most calls are rated; behind them all other rows. Of all other decks, rows stand as the deck has them.
/// </summary>
internal sealed class DeckRows
{
    /// <summary>No row holds.</summary>
    public const int NoSlot = -1;

    /// <summary>The place of no row in <see cref="RateDeckConfig.Rows"/>.</summary>
    public const int NoRow = -1;

    private readonly RateRows _rows;
    private readonly ulong[] _codes;
    private readonly DeckPrices _prices;
    private readonly RowTerms[] _terms;
    private readonly RowOrigin[] _origins;

    /// <summary>For each slot its interstate rate, then its intrastate one; empty where the deck looks at no jurisdictions.</summary>
    private readonly Rate[] _stateRates;

    /// <summary>For each slot its local rate, null where the row has none; empty where no row of the deck has one.</summary>
    private readonly Rate?[] _localRates;

    /// <param name="codes">Of the first slots, packed.</param>
    /// <param name="slots">For each slot its row.</param>
    /// <param name="byJurisdiction">Whether the deck looks at jurisdictions.</param>
    /// <param name="policy">Which rate stands in for one that a row does not carry.</param>
    public DeckRows(RateRows rows, ulong[] codes, ReadOnlySpan<int> slots, bool byJurisdiction, MissingRatePolicy policy)
    {
        _rows = rows;
        _codes = codes;
        _origins = new RowOrigin[slots.Length];
        _stateRates = new Rate[byJurisdiction ? 2 * slots.Length : 0];
        _localRates = new Rate?[byJurisdiction && rows.HasLocalRates ? slots.Length : 0];
        int[] termsOf = FindTerms(rows.Different, out _terms);
        int[] terms = ArrayPool<int>.Shared.Rent(slots.Length);
        long[] nanos = ArrayPool<long>.Shared.Rent(slots.Length);
        ReadOnlySpan<long> flat = rows.FlatRates;
        bool isFlat = rows.AreFlat && !flat.IsEmpty;
        for (int slot = 0; slot < slots.Length; slot++)
        {
            int row = slots[slot];
            int details = rows.Details[row];
            terms[slot] = termsOf[details];
            _origins[slot] = new RowOrigin(row, rows.Different[details].Destination);
            if (isFlat && !byJurisdiction)
            {
                nanos[slot] = flat[row];
                continue;
            }

            RateSet rates = rows.RatesOf(row);
            nanos[slot] = NanosOf(rates, byJurisdiction, policy);
            if (byJurisdiction)
            {
                SetStateRates(slot, rates, policy);
            }
        }

        _prices = new DeckPrices(nanos.AsSpan(0, slots.Length), terms.AsSpan(0, slots.Length), _terms.Length);
        ArrayPool<int>.Shared.Return(terms);
        ArrayPool<long>.Shared.Return(nanos);
    }

    /// <summary>Asks for the memory of a slot's price.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot) => _prices.Prefetch(slot);

    /// <summary>Asks for the memory of everything in a slot.</summary>
    public void PrefetchAll(int slot)
    {
        _prices.Prefetch(slot);
        Memory.Prefetch(_origins, slot);
        Memory.Prefetch(_codes, slot);
        if (_stateRates.Length != 0)
        {
            Memory.Prefetch(_stateRates, 2 * slot);
        }
    }

    /// <summary>
    /// Of many codes the slots that hold at an instant, as far as that is the code's own; where it is not, the code is left in its place, and noted without a branch.
    /// </summary>
    /// <param name="codes">Of the deck, each with a slot, or <see cref="CodeTable.None"/>.</param>
    /// <param name="older">Gets the places of those whose own slot does not hold.</param>
    /// <returns>How many those are.</returns>
    public int FindLast(ReadOnlySpan<int> codes, ReadOnlySpan<long> instantsMs, Span<int> slots, Span<int> older)
    {
        if (_origins.Length == 0)
        {
            slots[..codes.Length].Fill(NoSlot);
            return 0;
        }

        DeckPrices prices = _prices;
        ReadOnlySpan<RowTerms> terms = _terms;
        foreach (int code in codes)
        {
            prices.Prefetch(code);
        }

        instantsMs = instantsMs[..codes.Length];
        slots = slots[..codes.Length];
        int count = 0;
        for (int i = 0; i < codes.Length; i++)
        {
            // Of no code the first slot is looked at, whatever it says.
            int code = codes[i];
            bool holds = terms[prices.TermsOf(code & ~(code >> 31))].Holds(instantsMs[i]);
            slots[i] = code;
            older[count] = i;
            count = unchecked(count + (holds | (code < 0) ? 0 : 1));
        }

        return count;
    }

    /// <summary>Asks for the code of a slot behind those that have one of their own, once what <see cref="PrefetchAll"/> asked for is there.</summary>
    public void PrefetchCode(int slot)
    {
        if (slot >= _codes.Length)
        {
            _rows.PrefetchCode(_origins[slot].Row);
        }
    }

    /// <summary>What the row says beside its code, its destination and its rates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly RowTerms TermsOf(int slot) => ref _terms[_prices.TermsOf(slot)];

    public ref readonly RowOrigin OriginOf(int slot) => ref _origins[slot];

    /// <summary>None where the deck is keyed by something else.</summary>
    public E164 CodeOf(int slot) => slot < _codes.Length ? E164.FromPacked(_codes[slot]) : _rows.CodeOf(_origins[slot].Row);

    /// <summary>Whether a call by the row may be local.</summary>
    public bool HasLocalRate(int slot) => _localRates.Length > 0 && _localRates[slot] is not null;

    /// <summary>The rate for a jurisdiction; local only where <see cref="HasLocalRate"/>. A deck that looks at none has one rate in all places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rate RateOf(int slot, Jurisdiction jurisdiction) => _stateRates.Length == 0 ? _prices.RateOf(slot) : RateByJurisdiction(slot, jurisdiction);

    private Rate RateByJurisdiction(int slot, Jurisdiction jurisdiction) => jurisdiction switch
    {
        Jurisdiction.Interstate => _stateRates[2 * slot],
        Jurisdiction.Intrastate => _stateRates[(2 * slot) + 1],
        Jurisdiction.Local => _localRates[slot]!.Value,
        _ => _prices.RateOf(slot),
    };

    private static long NanosOf(in RateSet rates, bool byJurisdiction, MissingRatePolicy policy) =>
        (byJurisdiction ? RowRates.For(rates, Jurisdiction.Indeterminate, policy) : rates.All ?? RowRates.Highest(rates))?.NanosPerMinute ?? 0;

    private void SetStateRates(int slot, in RateSet rates, MissingRatePolicy policy)
    {
        _stateRates[2 * slot] = RowRates.For(rates, Jurisdiction.Interstate, policy) ?? default;
        _stateRates[(2 * slot) + 1] = RowRates.For(rates, Jurisdiction.Intrastate, policy) ?? default;
        if (_localRates.Length > 0)
        {
            _localRates[slot] = rates.Local;
        }
    }

    /// <returns>For each of the details the place of its terms, of which there are fewer: details tell destinations apart too.</returns>
    private static int[] FindTerms(ReadOnlySpan<RateRowDetails> different, out RowTerms[] terms)
    {
        Dictionary<RowTerms, int> known = [];
        List<RowTerms> found = [];
        int[] termsOf = new int[different.Length];
        for (int details = 0; details < different.Length; details++)
        {
            RowTerms said = RowTerms.Of(different[details]);
            if (!known.TryGetValue(said, out termsOf[details]))
            {
                known.Add(said, termsOf[details] = found.Count);
                found.Add(said);
            }
        }

        terms = [.. found];
        return termsOf;
    }
}
