using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Rating;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Load.Records;

/// <summary>
/// The product's own path: rows read and checked as the switch edge checks them, framed as the log takes them, and rated on both sides;
/// as many lines at a time as one append of a file's lines has.
/// </summary>
internal sealed class RecordRating(byte[] file, RatingSnapshot snapshot)
{
    private readonly CallIntake _intake = new(1, new IngestLimits(), TimeProvider.System);
    private readonly RatedCallBatch _batch = new();
    private readonly Rater _rater = new();

    public void ReadAndCheck() => Read(static () => { });

    /// <summary>The bytes of all frames.</summary>
    public long Frame()
    {
        long bytes = 0;
        Read(() => bytes += _intake.ToFrames().Sum(static frame => (long)frame.Payload.Length));
        return bytes;
    }

    /// <param name="look">Is shown every rated batch.</param>
    public void Rate(Action<RatedCallBatch>? look) => Read(() =>
    {
        foreach (LogOutput frame in _intake.ToFrames())
        {
            CallEventFrame.Read(frame.Payload.Span, _batch.Events);
            _rater.Rate(snapshot, _batch);
            look?.Invoke(_batch);
        }
    });

    private void Read(Action append)
    {
        CsvCallRecords records = new(new CsvReader(new MemoryStream(file), CsvCallRecords.OptionsFor(_intake.Limits)), CallRecordMapping.None);
        bool more = true;
        while (more)
        {
            _intake.Begin("file:calls.csv", FrameSource.None);
            while (more && _intake.Records < _intake.Limits.FileBatchLines)
            {
                more = records.ReadRow(_intake, null);
            }

            if (_intake.Quarantined.Count > 0)
            {
                throw new InvalidOperationException($"A record was refused: {_intake.Quarantined[0].Message}.");
            }

            append();
        }
    }
}
