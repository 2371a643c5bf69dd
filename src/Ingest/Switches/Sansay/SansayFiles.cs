using Perimeter.Csv;
using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>The CDR files of a Sansay VSXi.</summary>
internal sealed class SansayFiles(SwitchConfig config) : ISwitchFiles
{
    // Intermediate attempts of a call may be in the file before that of its final one.
    private readonly AttemptRanks _ranks = new();

    public string Files => "*.cdr|*.cdr.*|*.csv|*.csv.*";

    public string Unfinished => "*.tmp|temp-*|.*";

    public bool Grow => false;

    public IFileRecords Open(Stream content, string path, IngestLimits limits) => new SansayRecords(
        new CsvReader(content, CsvCallRecords.OptionsFor(limits)), config, _ranks);
}
