using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// The error directory of mod_json_cdr (err-log-dir): a file for each record that could not be posted. It is written in place, in one line whose end is written last:
/// until then it is held back, and read once it was not written to for a while.
/// </summary>
internal sealed class FreeSwitchFiles(SwitchConfig config) : ISwitchFiles
{
    public string Files => "*.cdr.json";

    public string Unfinished => "";

    public bool Grow => false;

    public IFileRecords Open(Stream content, string path, IngestLimits limits) => new LineFileRecords(content, limits, new FreeSwitchRecords(config).ReadOne);
}
