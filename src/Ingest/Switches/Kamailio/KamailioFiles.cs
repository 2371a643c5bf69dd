using Perimeter.Domain;

namespace Perimeter.Ingest.Switches;

/// <summary>The logs that a Kamailio writes its events to: its standard error, a file of syslog, or the tables of db_flatstore. They grow while it runs.</summary>
internal sealed class KamailioFiles(SwitchConfig config) : ISwitchFiles
{
    public string Files => "*.log|*.log.*";

    public string Unfinished => "";

    public bool Grow => true;

    public IFileRecords Open(Stream content, string path, IngestLimits limits) => new LineFileRecords(content, limits, new KamailioEvents(config).ReadLine);
}
