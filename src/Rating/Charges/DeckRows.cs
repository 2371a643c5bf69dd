using System.Runtime.InteropServices;
using Perimeter.Domain;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;

namespace Perimeter.Rating.Charges;

/// <summary>
/// The rows of a deck, ready to charge by: each jurisdiction has its rate, whatever a row left out. Rows stand in slots: first, for each code of the deck in order,
/// the row of that code which its timeline ends with, by which most calls are rated; behind them all other rows.
/// </summary>
internal sealed class DeckRows
{
    /// <summary>No row holds.</summary>
    public const int NoSlot = -1;

    /// <summary>The terms of a code's slot where its timeline does not end with a row of its own.</summary>
    private const int NoTerms = 0;

    private readonly DeckPrice[] _prices;
    private readonly RowTerms[] _terms;
    private readonly RowOrigin[] _origins;
    private readonly RateUnit _unit;

    /// <summary>For each slot its rate; empty where every rate is in the prices.</summary>
    private readonly Rate[] _wideRates = [];

    /// <summary>For each slot its interstate rate, then its intrastate one; empty where the deck looks at no jurisdictions.</summary>
    private readonly Rate[] _stateRates;

    /// <summary>For each slot its local rate, null where the row has none; empty where no row of the deck has one.</summary>
    private readonly Rate?[] _localRates;

    /// <summary>For each row of the deck.</summary>
    private readonly int[] _slots;

    /// <param name="byJurisdiction">Whether the deck looks at jurisdictions.</param>
    /// <param name="policy">Which rate stands in for one that a row does not carry.</param>
    public DeckRows(IReadOnlyList<RateRow> rows, RateTimelines timelines, bool byJurisdiction, MissingRatePolicy policy)
    {
        _slots = FindSlots(rows.Count, timelines, out int count);
        _prices = new DeckPrice[count];
        _origins = new RowOrigin[count];
        _stateRates = new Rate[byJurisdiction ? 2 * count : 0];
        _localRates = new Rate?[byJurisdiction && rows.Any(static row => row.Local is not null) ? count : 0];
        Dictionary<RowTerms, int> known = new() { [RowTerms.Never] = NoTerms };
        Rate[] rates = new Rate[count];
        RowTerms lastSaid = default;
        int terms = NoTerms;
        for (int i = 0; i < rows.Count; i++)
        {
            RateRow row = rows[i];
            int slot = _slots[i];
            // Rows say mostly what the one before says.
            RowTerms said = RowTerms.Of(row);
            if (i == 0 || said != lastSaid)
            {
                ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(known, said, out bool isKnown);
                place = isKnown ? place : known.Count - 1;
                (lastSaid, terms) = (said, place);
            }

            rates[slot] = (byJurisdiction ? RowRates.For(row, Jurisdiction.Indeterminate, policy) : row.Rate ?? RowRates.Highest(row)) ?? default;
            _prices[slot] = new DeckPrice(0, terms);
            _origins[slot] = new RowOrigin(row.Code, i, row.Destination);
            if (byJurisdiction)
            {
                _stateRates[2 * slot] = RowRates.For(row, Jurisdiction.Interstate, policy) ?? default;
                _stateRates[(2 * slot) + 1] = RowRates.For(row, Jurisdiction.Intrastate, policy) ?? default;
                if (_localRates.Length > 0)
                {
                    _localRates[slot] = row.Local;
                }
            }
        }

        _terms = [.. known.OrderBy(static terms => terms.Value).Select(static terms => terms.Key)];
        _unit = RateUnit.Of(rates);
        for (int slot = 0; slot < count; slot++)
        {
            _wideRates = _unit.TryCount(rates[slot], out int units) ? _wideRates : rates;
            _prices[slot] = _prices[slot] with { RateUnits = units };
        }
    }

    /// <summary>Asks for the memory of a slot's price.</summary>
    public void Prefetch(int slot) => Memory.Prefetch(_prices, slot);

    /// <summary>Asks for the memory of everything in a slot.</summary>
    public void PrefetchAll(int slot)
    {
        Memory.Prefetch(_prices, slot);
        Memory.Prefetch(_origins, slot);
        Memory.Prefetch(_stateRates, 2 * slot);
    }

    /// <summary>The slot of a code where it holds at the instant, as it does from its row's beginning on; else the timeline decides.</summary>
    /// <param name="code">By its place among the deck's codes.</param>
    public bool HoldsLatest(int code, long instantMs) => _terms[_prices[code].Terms].FromMs <= instantMs;

    public int SlotOf(int row) => _slots[row];

    /// <summary>What the row says beside its code, its destination and its rates.</summary>
    public ref readonly RowTerms TermsOf(int slot) => ref _terms[_prices[slot].Terms];

    public ref readonly RowOrigin OriginOf(int slot) => ref _origins[slot];

    /// <summary>Whether a call by the row may be local.</summary>
    public bool HasLocalRate(int slot) => _localRates.Length > 0 && _localRates[slot] is not null;

    /// <summary>The rate for a jurisdiction; local only where <see cref="HasLocalRate"/>. A deck that looks at none has one rate in all places.</summary>
    public Rate RateOf(int slot, Jurisdiction jurisdiction) => jurisdiction switch
    {
        Jurisdiction.Interstate => _stateRates[2 * slot],
        Jurisdiction.Intrastate => _stateRates[(2 * slot) + 1],
        Jurisdiction.Local => _localRates[slot]!.Value,
        _ => RateOf(slot),
    };

    private Rate RateOf(int slot)
    {
        int units = _prices[slot].RateUnits;
        return units != DeckPrice.Wide ? _unit.Times(units) : _wideRates[slot];
    }

    private static int[] FindSlots(int rows, RateTimelines timelines, out int count)
    {
        int[] slots = new int[rows];
        Array.Fill(slots, NoSlot);
        count = timelines.Codes.Length;
        for (int code = 0; code < count; code++)
        {
            int latest = timelines.OwnLatestRow(code);
            if (latest != TimelineSegment.NoRow)
            {
                slots[latest] = code;
            }
        }

        for (int row = 0; row < rows; row++)
        {
            slots[row] = slots[row] != NoSlot ? slots[row] : count++;
        }

        return slots;
    }
}
