using System.Collections;
using System.Text;
using Perimeter.Csv;
using Perimeter.Domain;

namespace Perimeter.Commands;

/// <summary>Writes rated calls as CSV, one row each, without allocating.</summary>
internal sealed class RatedCallWriter
{
    private static readonly string[] Columns = ["call_id", "outcome", "code", "destination", "jurisdiction", "seconds", "billed_seconds", "rate", "charge"];

    private static readonly byte[][] Outcomes = [.. Enum.GetValues<RatingOutcome>().Select(outcome => Encoding.UTF8.GetBytes(outcome.ToString()))];

    private static readonly byte[][] Jurisdictions =
        [.. Enum.GetValues<Jurisdiction>().Select(jurisdiction => jurisdiction == Jurisdiction.None ? [] : Encoding.UTF8.GetBytes(jurisdiction.ToString()))];

    private readonly CsvWriter _csv;
    /// <summary>Rows whose code the deck writes without the leading 1 that it means. A bit for each row, since the rows themselves are far apart in memory.</summary>
    private readonly BitArray _leaves1Out;

    /// <summary>What rows keyed by LATA and OCN have for a code; empty for other decks.</summary>
    private readonly byte[][] _lataOcns;
    private readonly byte[][] _destinations;

    public RatedCallWriter(Stream stream, OneDeck deck)
    {
        _csv = new CsvWriter(stream);
        _leaves1Out = new BitArray([.. deck.Rows.Select(row => row.CodeText.Length < row.Code.Length)]);
        _lataOcns = deck.Rater.Deck.Settings.Key == DeckKey.LataOcn ? [.. deck.Rows.Select(row => Encoding.UTF8.GetBytes(row.CodeText))] : [];
        _destinations = [.. deck.Destinations.Select(Encoding.UTF8.GetBytes)];
        foreach (string column in Columns)
        {
            _csv.Write(column);
        }

        _csv.EndRow();
    }

    public void Write(ReadOnlySpan<byte> callId, in RatedSide side)
    {
        bool hasCode = side.DeckRow >= 0;
        _csv.Write(callId);
        _csv.Write(Outcomes[(int)side.Outcome]);
        if (hasCode)
        {
            WriteCode(side);
            _csv.Write(_destinations[side.Destination.Value]);
        }
        else
        {
            _csv.WriteEmpty();
            _csv.WriteEmpty();
        }

        _csv.Write(Jurisdictions[(int)side.Jurisdiction]);
        _csv.Write(side.Seconds);
        _csv.Write(side.BilledSeconds);
        if (hasCode)
        {
            _csv.WriteFixed(side.Rate.NanosPerMinute, Money.Scale);
        }
        else
        {
            _csv.WriteEmpty();
        }

        _csv.WriteFixed(side.Charge.Nanos, Money.Scale);
        _csv.EndRow();
    }

    /// <summary>The code as the deck writes it.</summary>
    private void WriteCode(in RatedSide side)
    {
        if (_lataOcns.Length > 0)
        {
            _csv.Write(_lataOcns[side.DeckRow]);
            return;
        }

        Span<byte> digits = stackalloc byte[E164.MaxDigits];
        int length = side.Code.Format(digits);
        _csv.Write(digits[(_leaves1Out[side.DeckRow] ? 1 : 0)..length]);
    }

    public void Flush() => _csv.Flush();
}
