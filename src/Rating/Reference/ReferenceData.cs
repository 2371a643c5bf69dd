using Perimeter.Domain;
using Perimeter.Rating.Numbers;

namespace Perimeter.Rating.Reference;

/// <summary>
/// The imported reference data, compiled (rating.md, "Which code" and "Jurisdiction"): for every NPANXX its entries over time, and those of its ten
/// NPANXX-X where it is split. Immutable. A number costs one read to find its NPANXX, and one for each entry.
/// </summary>
internal sealed class ReferenceData
{
    public const int NoRateCenter = 0;

    private const int NpanxxLength = 7;
    private const int BlocksOfNpanxx = 10;
    private const int FirstLeadingDigit = 200;
    private const int CodesOfThreeDigits = 800;
    private const int None = -1;

    /// <summary>By NPA and NXX, both from 200: the place in <see cref="_exchanges"/>, or none. Empty where there is no reference data.</summary>
    private readonly int[] _places;
    private readonly Exchange[] _exchanges;

    /// <summary>Ten for each NPANXX that is split.</summary>
    private readonly Entries[] _blocks;
    private readonly Entry[] _entries;
    private readonly string[] _rateCenters;

    private ReferenceData(
        IReadOnlyList<ReferenceRow> rows, int[] places, Exchange[] exchanges, Entries[] blocks, Entry[] entries, string[] rateCenters)
    {
        Rows = rows;
        _places = places;
        _exchanges = exchanges;
        _blocks = blocks;
        _entries = entries;
        _rateCenters = rateCenters;
    }

    /// <summary>Without any: regions are those of the numbering plan, and nothing else is known of a number.</summary>
    public static ReferenceData Empty { get; } = Build([]);

    public static ReferenceData Build(IReadOnlyList<ReferenceRow> rows) => new Building(rows).Finish();

    public bool IsEmpty => _places.Length == 0;

    /// <summary>What this was built from.</summary>
    public IReadOnlyList<ReferenceRow> Rows { get; }

    /// <summary>The name of a rate centre, as the first row that names it writes it.</summary>
    public string RateCenterName(int rateCenter) => _rateCenters[rateCenter];

    /// <param name="number">None, and numbers of other countries, are nowhere.</param>
    public NumberPlace PlaceOf(E164 number, long instantMs)
    {
        NumberPlan plan = NumberPlan.Shipped;
        int npa = NumberPlan.NpaOf(number);
        NpaKind kind = plan.KindOf(npa);
        if (IsEmpty)
        {
            return new NumberPlace(kind, plan.RegionOf(number), default, default, NoRateCenter);
        }

        Entry found = Find(number, instantMs);
        Region region = found.Region.IsUnknown ? plan.RegionOf(number) : found.Region;
        return new NumberPlace(NumberPlan.IsTerritory(found.Region) ? NpaKind.Territory : kind, region, found.Lata, found.Ocn, found.RateCenter);
    }

    private Entry Find(E164 number, long instantMs)
    {
        if (!NumberPlan.IsNanp(number))
        {
            return default;
        }

        int exchange = _places[PlaceIn(number)];
        if (exchange == None)
        {
            return default;
        }

        Entry shorter = InForce(_exchanges[exchange].Own, instantMs);
        int blocks = _exchanges[exchange].FirstBlock;
        return blocks == None ? shorter : InForce(_blocks[blocks + number[NpanxxLength]], instantMs).Or(shorter);
    }

    private Entry InForce(Entries entries, long instantMs)
    {
        for (int i = entries.End - 1; i >= entries.First; i--)
        {
            if (_entries[i].InForce.FromMs <= instantMs)
            {
                return instantMs < _entries[i].InForce.ToMs ? _entries[i] : default;
            }
        }

        return default;
    }

    /// <summary>Of a code or number whose NPA and NXX both begin with 2 to 9.</summary>
    private static int PlaceIn(E164 number)
    {
        int npa = (100 * number[1]) + (10 * number[2]) + number[3];
        int nxx = (100 * number[4]) + (10 * number[5]) + number[6];
        return ((npa - FirstLeadingDigit) * CodesOfThreeDigits) + nxx - FirstLeadingDigit;
    }

    /// <summary>The entries of one code, the earliest first.</summary>
    private readonly record struct Entries(int First, int End);

    private readonly record struct Exchange(Entries Own, int FirstBlock);

    private readonly record struct Entry(Interval InForce, Region Region, Lata Lata, Ocn Ocn, int RateCenter)
    {
        /// <summary>What is empty falls through to the shorter code's entry.</summary>
        public Entry Or(Entry shorter) => new(
            InForce,
            Region.IsUnknown ? shorter.Region : Region,
            Lata.IsNone ? shorter.Lata : Lata,
            Ocn.IsNone ? shorter.Ocn : Ocn,
            RateCenter == NoRateCenter ? shorter.RateCenter : RateCenter);
    }

    private sealed class Building(IReadOnlyList<ReferenceRow> rows)
    {
        private readonly List<Exchange> _exchanges = [];
        private readonly List<Entries> _blocks = [];
        private readonly List<Entry> _entries = new(rows.Count);
        private readonly List<string> _rateCenters = [""];
        private readonly Dictionary<string, int> _rateCenterByName = new(StringComparer.OrdinalIgnoreCase);

        public ReferenceData Finish()
        {
            int[] places = [];
            if (rows.Count > 0)
            {
                places = new int[CodesOfThreeDigits * CodesOfThreeDigits];
                Array.Fill(places, None);
                AddAll(places);
            }

            return new ReferenceData(rows, places, [.. _exchanges], [.. _blocks], [.. _entries], [.. _rateCenters]);
        }

        private void AddAll(int[] places)
        {
            int[] order = [.. Enumerable.Range(0, rows.Count)
                .OrderBy(row => rows[row].Code.Packed).ThenBy(row => rows[row].InForce.FromMs).ThenBy(row => rows[row].Line).ThenBy(static row => row)];
            for (int first = 0; first < order.Length;)
            {
                E164 code = rows[order[first]].Code;
                int end = first + 1;
                while (end < order.Length && rows[order[end]].Code == code)
                {
                    end++;
                }

                Add(places, code, AddEntries(order.AsSpan(first, end - first)));
                first = end;
            }
        }

        private void Add(int[] places, E164 code, Entries entries)
        {
            ref int place = ref places[PlaceIn(code)];
            if (place == None)
            {
                place = _exchanges.Count;
                _exchanges.Add(new Exchange(default, None));
            }

            if (code.Length == NpanxxLength)
            {
                _exchanges[place] = _exchanges[place] with { Own = entries };
                return;
            }

            if (_exchanges[place].FirstBlock == None)
            {
                _exchanges[place] = _exchanges[place] with { FirstBlock = _blocks.Count };
                _blocks.AddRange(new Entries[BlocksOfNpanxx]);
            }

            _blocks[_exchanges[place].FirstBlock + code[NpanxxLength]] = entries;
        }

        /// <param name="ordered">The rows of one code, the earliest first: each ends at the latest where the next begins.</param>
        private Entries AddEntries(ReadOnlySpan<int> ordered)
        {
            int first = _entries.Count;
            for (int i = 0; i < ordered.Length; i++)
            {
                ReferenceRow row = rows[ordered[i]];
                long toMs = i + 1 < ordered.Length ? Math.Min(row.InForce.ToMs, rows[ordered[i + 1]].InForce.FromMs) : row.InForce.ToMs;
                if (row.InForce.FromMs < toMs)
                {
                    Region.TryParse(row.Region, out Region region);
                    _entries.Add(new Entry(row.InForce with { ToMs = toMs }, region, row.Lata, row.Ocn, RateCenterOf(row.RateCenter)));
                }
            }

            return new Entries(first, _entries.Count);
        }

        private int RateCenterOf(string name)
        {
            if (name.Length == 0)
            {
                return NoRateCenter;
            }

            if (!_rateCenterByName.TryGetValue(name, out int rateCenter))
            {
                rateCenter = _rateCenters.Count;
                _rateCenters.Add(name);
                _rateCenterByName.Add(name, rateCenter);
            }

            return rateCenter;
        }
    }
}
