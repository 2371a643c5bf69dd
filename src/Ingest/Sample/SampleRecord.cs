using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>One record as a switch is about to write it. An empty text, and an instant or number that is absent, is left out.</summary>
internal sealed class SampleRecord
{
    public SampleSwitch Switch = SampleSwitch.All[0];
    public string CallId = "";
    public int Attempt = 1;
    public bool Final = true;
    public string TrunkGroupA = "";
    public string TrunkGroupB = "";
    public string SourceIp = "";
    public int SourcePort = CallEvent.NoNumber;
    public string Protocol = "";
    public string TechPrefix = "";
    public string VendorTrunk = "";
    public string Ani = "";
    public string Dnis = "";
    public string AniSent = "";
    public string DnisSent = "";
    public string Lrn = "";
    public string Oli = "";

    /// <summary>The id of the call that this one is the way on of.</summary>
    public string ForwardedFrom = "";

    public long SetupMs = CallEvent.NoInstant;
    public long ProgressMs = CallEvent.NoInstant;
    public long AnswerMs = CallEvent.NoInstant;
    public long EndMs = CallEvent.NoInstant;
    public long AnswerBMs = CallEvent.NoInstant;
    public long EndBMs = CallEvent.NoInstant;

    /// <summary>The switch writes how long the call was in place of when it ended.</summary>
    public bool WritesDuration;

    public int SipCode = CallEvent.NoNumber;
    public string Refusal = "";
    public string ReleasedBy = "";
    public int PddMs = CallEvent.NoNumber;

    /// <summary>In hundredths: 437 is written 4.37.</summary>
    public int MosHundredths = CallEvent.NoNumber;

    public string Codec = "";
    public string MediaIp = "";

    public bool IsAnswered => AnswerMs != CallEvent.NoInstant;
}

/// <summary>A switch and its habits.</summary>
/// <param name="Id">As in <c>switch_id</c>.</param>
/// <param name="Clock">How it writes instants.</param>
/// <param name="MarksFinal">A switch that does not mark the final attempt has all of them taken as final.</param>
internal sealed record SampleSwitch(string Id, SampleClock Clock, bool MarksFinal, string MediaIp)
{
    public static IReadOnlyList<SampleSwitch> All { get; } =
    [
        new("fra1", SampleClock.Utc, true, "198.51.100.11"),
        new("nyc1", SampleClock.EpochMs, true, "198.51.100.21"),
        new("lon1", SampleClock.OffsetOneHour, true, "198.51.100.31"),
        new("mia1", SampleClock.Utc, false, "198.51.100.41"),
    ];
}

internal enum SampleClock { Utc, EpochMs, OffsetOneHour }
