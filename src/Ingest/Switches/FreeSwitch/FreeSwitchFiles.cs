using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// The error directory of mod_json_cdr (err-log-dir): a file for each record that could not be posted. It is written in place, in one line whose end is written last:
/// until then it is held back, and one that stays cut is told and left where it is.
/// </summary>
internal sealed class FreeSwitchFiles(SwitchConfig config) : ISwitchFiles
{
    public string Files => "*.cdr.json";

    public string Unfinished => "";

    public bool Grow => false;

    /// <summary>The line end is written apart from the record, and may be missing alone.</summary>
    public bool IsWhole(ReadOnlySpan<byte> lastLine) => new FreeSwitchRecords(config).IsWhole(lastLine);

    public IFileRecords Open(Stream content, string path, IngestLimits limits) => new LineFileRecords(content, limits, new FreeSwitchRecords(config).ReadOne);
}
