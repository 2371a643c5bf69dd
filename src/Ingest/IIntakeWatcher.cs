using Perimeter.Records;

namespace Perimeter.Ingest;

/// <summary>Sees what becomes of each record of an intake, at once: for those who check a switch's records without taking them.</summary>
internal interface IIntakeWatcher
{
    void Accepted(long place, CallRecord record);

    void PutAside(RecordError error, ReadOnlySpan<byte> content);

    void PassedOver(long place, string reason);
}
