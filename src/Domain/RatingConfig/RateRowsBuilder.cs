using System.Runtime.InteropServices;

namespace Perimeter.Domain;

/// <summary>Puts <see cref="RateRows"/> together, one row after another.</summary>
public sealed class RateRowsBuilder
{
    private readonly Dictionary<RateRowDetails, int> _known = [];
    private RateRowDetails _last;

    internal List<ulong> Codes { get; } = [];

    internal List<int> Lines { get; } = [];

    internal List<int> Details { get; } = [];

    internal List<RateRowDetails> Different { get; } = [];

    internal List<long>[] Rates { get; } = [.. Enumerable.Range(0, RateSet.Count).Select(static _ => new List<long>())];

    internal List<RateRowKey> Keys { get; } = [];

    internal List<string?> Texts { get; } = [];

    public int Count => Codes.Count;

    public void Add(RateRow row)
    {
        RateSet rates = row.Rates;
        byte carried = 0;
        for (int place = 0; place < RateSet.Count; place++)
        {
            Add(Rates[place], rates[place]?.NanosPerMinute ?? 0, 0);
            carried |= rates[place] is null ? (byte)0 : (byte)(1 << place);
        }

        CodeWriting writing = WritingOf(row);
        Add(Texts, writing == CodeWriting.Text ? row.CodeText : null, null);
        Add(Keys, row.Key, default);
        Details.Add(PlaceOf(new RateRowDetails(
            row.Destination, row.Increment, row.ConnectFee, row.InitialRate, row.InForce, row.Blocked, row.NumberCharges, row.Upload, carried, writing)));
        Lines.Add(row.Line);
        Codes.Add(row.Code.Packed);
    }

    public RateRows ToRows() => new(this);

    /// <summary>A column has no values until one is other than those of all rows before.</summary>
    private void Add<T>(List<T> column, T value, T usual)
    {
        if (column.Count == 0 && EqualityComparer<T>.Default.Equals(value, usual))
        {
            return;
        }

        int before = column.Count;
        CollectionsMarshal.SetCount(column, Count + 1);
        CollectionsMarshal.AsSpan(column)[before..Count].Fill(usual);
        column[Count] = value;
    }

    /// <summary>Rows say mostly what the one before says.</summary>
    private int PlaceOf(in RateRowDetails details)
    {
        if (Count > 0 && details == _last)
        {
            return Details[^1];
        }

        _last = details;
        ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, details, out bool isKnown);
        if (!isKnown)
        {
            place = Different.Count;
            Different.Add(details);
        }

        return place;
    }

    private static CodeWriting WritingOf(RateRow row)
    {
        ReadOnlySpan<char> text = row.CodeText;
        if (!row.Code.IsNone && IsDigits(text, row.Code))
        {
            return CodeWriting.Digits;
        }

        return row.Code.Length > 1 && row.Code[0] == 1 && IsDigits(text, row.Code.Skip(1)) ? CodeWriting.Without1 : CodeWriting.Text;
    }

    private static bool IsDigits(ReadOnlySpan<char> text, E164 code)
    {
        bool same = text.Length == code.Length;
        for (int i = 0; same && i < text.Length; i++)
        {
            same = text[i] == '0' + code[i];
        }

        return same;
    }
}
