using Perimeter.Csv;
using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Asterisk's Master.csv, or the richer perimeter.csv of <c>deploy/switches/asterisk</c>. Other files beside them, one for each account code, hold the same rows and are not read.
/// </summary>
internal sealed class AsteriskFiles(SwitchConfig config) : ISwitchFiles
{
    // Of all files of the switch: a rotation may fall between two rows of a call.
    private readonly AttemptRanks _ranks = new();

    public string Files => "Master.csv|Master.csv.*|Master.csv-*|perimeter.csv|perimeter.csv.*|perimeter.csv-*";

    public string Unfinished => ".*|*.tmp";

    public bool Grow => true;

    public IFileRecords Open(Stream content, string path, IngestLimits limits) =>
        new AsteriskRecords(new CsvReader(content, CsvCallRecords.OptionsFor(limits) with { Delimiter = (byte)',' }), config, path, _ranks);
}
