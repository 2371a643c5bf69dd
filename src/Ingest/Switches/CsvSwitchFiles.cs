using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>CSV files with a header row, by the mapping that the configuration states; the switch's name is the switch_id of rows that carry none.</summary>
internal sealed class CsvSwitchFiles : ISwitchFiles
{
    private readonly SwitchConfig _config;
    private readonly CallRecordMapping _mapping;

    public CsvSwitchFiles(SwitchConfig config)
    {
        _config = config;
        bool namesSwitch = config.Mapping.Any(mapping => mapping.StartsWith("switch_id", StringComparison.Ordinal));
        _mapping = CallRecordMapping.Parse(namesSwitch ? config.Mapping : [.. config.Mapping, $"switch_id:={config.Name}"]);
    }

    public string Files => "*.csv|*.csv.gz";

    public string Unfinished => "*.tmp|temp-*|.*";

    public bool Grow => false;

    public IFileRecords Open(Stream content, string path, IngestLimits limits)
    {
        try
        {
            CsvOptions csv = CsvCallRecords.OptionsFor(limits) with { Delimiter = _config.Delimiter == 0 ? null : (byte)_config.Delimiter };
            return new CsvFileRecords(new CsvCallRecords(new CsvReader(content, csv), _mapping), _mapping.FixedValues);
        }
        catch (FormatException e) when (e is CsvHeaderException or CsvFormatException)
        {
            throw new CallFileException(path, $"its header is of no use: {e.Message}. Map columns in the column mapping of switches.csv: field=Header, or field:=value for all records.", e);
        }
    }
}
