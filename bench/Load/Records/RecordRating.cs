using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Rating;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Load.Records;

/// <summary>The product's own reading, checking, framing and rating of a file of call records, one behind the other on one thread.</summary>
internal sealed class RecordRating
{
    /// <summary>Lines that are read before they are rated: few enough to stay in the processor's own caches.</summary>
    private const int StraightLines = 2_000;

    private readonly byte[] _file;
    private readonly RatingSnapshot _snapshot;
    private readonly CallIntake _intake = new(1, new IngestLimits(), TimeProvider.System);
    private readonly RatedCallBatch _read;
    private readonly RatedCallBatch _framed = new();
    private readonly Rater _rater = new();

    public RecordRating(byte[] file, RatingSnapshot snapshot)
    {
        _file = file;
        _snapshot = snapshot;
        _read = new RatedCallBatch(_intake.EventsOf(0));
    }

    public void ReadAndCheck() => Read(StraightLines, static () => { });

    /// <summary>From the columns of a record to those of a rated call, on both sides, with nothing between.</summary>
    /// <param name="look">Is shown every rated batch.</param>
    public void RateStraight(Action<RatedCallBatch>? look) => Read(StraightLines, () =>
    {
        if (_read.Count != _intake.Accepted)
        {
            throw new InvalidOperationException("The intake has closed a frame before its rows were rated.");
        }

        _rater.Rate(_snapshot, _read);
        look?.Invoke(_read);
    });

    /// <summary>The bytes of all frames, of as many lines at a time as one append of a file's lines has.</summary>
    public long Frame()
    {
        long bytes = 0;
        Read(_intake.Limits.FileBatchLines, () => bytes += _intake.ToFrames().Sum(static frame => (long)frame.Payload.Length));
        return bytes;
    }

    /// <summary>By frames of the log, written and read again, as one process that ingests and one that rates do it together.</summary>
    /// <param name="look">Is shown every rated batch.</param>
    public void RateByFrames(Action<RatedCallBatch>? look) => Read(_intake.Limits.FileBatchLines, () =>
    {
        foreach (LogOutput frame in _intake.ToFrames())
        {
            CallEventFrame.Read(frame.Payload.Span, _framed.Events);
            _rater.Rate(_snapshot, _framed);
            look?.Invoke(_framed);
        }
    });

    private void Read(int lines, Action append)
    {
        CsvCallRecords records = new(new CsvReader(new MemoryStream(_file), CsvCallRecords.OptionsFor(_intake.Limits)), CallRecordMapping.None);
        bool more = true;
        while (more)
        {
            _intake.Begin("file:calls.csv", FrameSource.None);
            while (more && _intake.Records < lines)
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
