using System.Collections;
using System.Runtime.CompilerServices;

namespace Perimeter.Domain;

/// <summary>
/// The rows of a deck, in the order in which they were uploaded. They are kept in columns, 24 bytes for a row with a code and one rate: a carrier has hundreds of millions.
/// Immutable. A <see cref="RateRow"/> is made when one is asked for, so that what goes over all rows reads the columns.
/// </summary>
[CollectionBuilder(typeof(RateRows), nameof(Create))]
public sealed class RateRows : IReadOnlyList<RateRow>, IEquatable<RateRows>
{
    private readonly ulong[] _codes;
    private readonly int[] _lines;
    private readonly int[] _details;
    private readonly RateRowDetails[] _different;

    /// <summary>Of <see cref="RateSet"/>, each for every row, 0 where it carries none; empty where that is so of all.</summary>
    private readonly long[][] _rates;

    /// <summary>For every row; empty where all rows are found by their codes alone.</summary>
    private readonly RateRowKey[] _keys;

    /// <summary>For every row; empty where each row's text is told by its details.</summary>
    private readonly string?[] _texts;

    internal RateRows(RateRowsBuilder built)
    {
        _codes = [.. built.Codes];
        _lines = [.. built.Lines];
        _details = [.. built.Details];
        _different = [.. built.Different];
        _rates = [.. built.Rates.Select(static ofOne => ofOne.ToArray())];
        _keys = [.. built.Keys];
        _texts = [.. built.Texts];
    }

    public static RateRows Empty { get; } = new RateRowsBuilder().ToRows();

    public int Count => _codes.Length;

    /// <summary>Of each row, packed.</summary>
    public ReadOnlySpan<ulong> Codes => _codes;

    /// <summary>Asks for the memory of a row's code.</summary>
    public void PrefetchCode(int row) => Memory.Prefetch(_codes, row);

    /// <summary>Of each row which of <see cref="Different"/> it says.</summary>
    public ReadOnlySpan<int> Details => _details;

    public ReadOnlySpan<RateRowDetails> Different => _different;

    public ReadOnlySpan<int> Lines => _lines;

    /// <summary>Whether rows carry one rate each, for all calls, or none.</summary>
    public bool AreFlat => _different.All(static details => details.Rates <= 1);

    /// <summary>Whether any row is found by more than its code.</summary>
    public bool HasKeys => _keys.Length > 0;

    public bool HasLocalRates => _different.Any(static details => (details.Rates & (1 << (RateSet.Count - 1))) != 0);

    /// <summary>Of rows that are flat the rate of each, in nanos per minute; 0 where a row carries none. Empty where that is so of all.</summary>
    public ReadOnlySpan<long> FlatRates => _rates[0];

    public RateRow this[int row]
    {
        get
        {
            ref readonly RateRowDetails details = ref DetailsOf(row);
            RateRowKey key = KeyOf(row);
            RateSet rates = RatesOf(row);
            return new RateRow
            {
                Code = CodeOf(row), CodeText = TextOf(row), Origin = key.Origin, Lata = key.Lata, Ocn = key.Ocn, Destination = details.Destination,
                Rate = rates.All, Interstate = rates.Interstate, Intrastate = rates.Intrastate, Indeterminate = rates.Indeterminate, Local = rates.Local,
                Increment = details.Increment, ConnectFee = details.ConnectFee, InitialRate = details.InitialRate, InForce = details.InForce,
                Blocked = details.Blocked, NumberCharges = details.NumberCharges, Upload = details.Upload, Line = _lines[row],
            };
        }
    }

    public static RateRows Create(ReadOnlySpan<RateRow> rows)
    {
        RateRowsBuilder builder = new();
        foreach (RateRow row in rows)
        {
            builder.Add(row);
        }

        return builder.ToRows();
    }

    public E164 CodeOf(int row) => E164.FromPacked(_codes[row]);

    public ref readonly RateRowDetails DetailsOf(int row) => ref _different[_details[row]];

    public RateRowKey KeyOf(int row) => _keys.Length > 0 ? _keys[row] : default;

    public RateSet RatesOf(int row) => new(RateOf(row, 0), RateOf(row, 1), RateOf(row, 2), RateOf(row, 3), RateOf(row, 4));

    public string TextOf(int row) => DetailsOf(row).Code switch
    {
        CodeWriting.Digits => CodeOf(row).ToString(),
        CodeWriting.Without1 => CodeOf(row).Skip(1).ToString(),
        _ => _texts[row]!,
    };

    public bool Equals(RateRows? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _codes.AsSpan().SequenceEqual(other._codes) && _lines.AsSpan().SequenceEqual(other._lines)
            && _details.AsSpan().SequenceEqual(other._details) && _different.AsSpan().SequenceEqual(other._different)
            && _rates.Zip(other._rates).All(static both => both.First.AsSpan().SequenceEqual(both.Second))
            && _keys.AsSpan().SequenceEqual(other._keys) && _texts.AsSpan().SequenceEqual(other._texts));

    public override bool Equals(object? obj) => Equals(obj as RateRows);

    public override int GetHashCode() => HashCode.Combine(Count, Count > 0 ? _codes[0] : 0, Count > 0 ? _codes[^1] : 0);

    public IEnumerator<RateRow> GetEnumerator()
    {
        for (int row = 0; row < Count; row++)
        {
            yield return this[row];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Rate? RateOf(int row, int place) => (DetailsOf(row).Rates & (1 << place)) != 0 ? new Rate(_rates[place].Length > 0 ? _rates[place][row] : 0) : null;
}
