namespace Perimeter.Oracle;

/// <summary>A call record as received. Absent texts are empty; absent instants are null; instants are milliseconds of UTC.</summary>
public sealed class CallRecord
{
    public string SwitchId { get; set; } = "";

    public string CallId { get; set; } = "";

    public int Attempt { get; set; } = 1;

    public string Kind { get; set; } = "ended";

    public bool Final { get; set; } = true;

    public string TrunkGroupA { get; set; } = "";

    public string TrunkGroupB { get; set; } = "";

    public string SourceIp { get; set; } = "";

    public int SourcePort { get; set; }

    public string Protocol { get; set; } = "";

    public string TechPrefix { get; set; } = "";

    public string VendorTrunk { get; set; } = "";

    public string Ani { get; set; } = "";

    public string Dnis { get; set; } = "";

    public string AniSent { get; set; } = "";

    public string DnisSent { get; set; } = "";

    public string Lrn { get; set; } = "";

    public string Oli { get; set; } = "";

    /// <summary>The id of the call that this one is the way on of.</summary>
    public string ForwardedFrom { get; set; } = "";

    public long? SetupMs { get; set; }

    public long? AnswerMs { get; set; }

    public long? EndMs { get; set; }

    public long? AnswerBMs { get; set; }

    public long? EndBMs { get; set; }

    /// <summary>Everything as received, instants as milliseconds: two records with one key are repeats where this is equal, else a conflict.</summary>
    public string Content { get; set; } = "";

    public string Key => $"{SwitchId}\0{CallId}\0{Attempt}";

    /// <summary>All attempts of one call share this.</summary>
    public string Call => $"{SwitchId}\0{CallId}";
}
