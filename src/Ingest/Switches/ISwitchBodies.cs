namespace Perimeter.Ingest.Switches;

/// <summary>
/// Reads what a switch sends in one piece: the body of a request, a datagram, a message of Kafka. Used by one thread at a time, again and again.
/// What it holds of a call goes into the intake as a record, is put aside there, or is passed over with the reason; nothing else may become of it.
/// </summary>
internal interface ISwitchBodies
{
    void ReadBody(ReadOnlySpan<byte> body, CallIntake intake);
}
