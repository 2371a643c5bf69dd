using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Rating;
using Perimeter.Streaming;

namespace Perimeter.Load.Records;

/// <summary>The product's own path: rows read and checked as the switch edge checks them, framed as the log takes them, and rated on both sides.</summary>
internal sealed class RecordRating(byte[] file, RatingSnapshot snapshot)
{
    private readonly CallIntake _intake = new(1, new IngestLimits(), TimeProvider.System);
    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();

    public void ReadAndCheck()
    {
        _intake.Begin("file:calls.csv", FrameSource.None);
        CsvCallRecords records = new(new CsvReader(new MemoryStream(file), CsvCallRecords.OptionsFor(_intake.Limits)), CallRecordMapping.None);
        while (records.ReadRow(_intake, null))
        {
        }

        if (_intake.Quarantined.Count > 0)
        {
            throw new InvalidOperationException($"A record was refused: {_intake.Quarantined[0].Message}.");
        }
    }

    /// <param name="look">Is shown every rated batch.</param>
    public void Rate(Action<RatedCallBatch>? look)
    {
        ReadAndCheck();
        foreach (LogOutput frame in _intake.ToFrames())
        {
            CallEventFrame.Read(frame.Payload.Span, _batch.Events);
            _rater.Rate(snapshot, _batch);
            look?.Invoke(_batch);
        }
    }
}
