using Perimeter.Csv;
using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>The accounting files of a Ribbon (Sonus) SBC Core, with the ending ACT.</summary>
internal sealed class RibbonFiles(SwitchConfig config) : ISwitchFiles
{
    public string Files => "*.ACT|*.ACT.*";

    public string Unfinished => "*.tmp|temp-*|.*";

    public bool Grow => false;

    public IFileRecords Open(Stream content, string path, IngestLimits limits)
    {
        if (config.TimeZone.Length == 0)
        {
            throw new CallFileException(path, "its times are local, and of which zone they do not say: set the column time_zone of switches.csv to the zone of the SBC");
        }

        return new RibbonRecords(new CsvReader(content, CsvCallRecords.OptionsFor(limits) with { Delimiter = (byte)',' }), config);
    }
}
