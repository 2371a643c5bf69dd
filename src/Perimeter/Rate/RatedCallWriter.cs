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
    private readonly IReadOnlyList<RateRow> _rows;
    private readonly byte[][] _destinations;

    public RatedCallWriter(Stream stream, OneDeck deck)
    {
        _csv = new CsvWriter(stream);
        _rows = deck.Rows;
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
            _csv.Write(_rows[side.DeckRow].CodeText);
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

    public void Flush() => _csv.Flush();
}
