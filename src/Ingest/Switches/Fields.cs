using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>The fields of a call record by name, for code that fills them one by one (docs/call-events.md).</summary>
internal static class Fields
{
    public static readonly CallField SwitchId = Of("switch_id");
    public static readonly CallField CallId = Of("call_id");
    public static readonly CallField Attempt = Of("attempt");
    public static readonly CallField Kind = Of("kind");
    public static readonly CallField Final = Of("final");
    public static readonly CallField TrunkGroupA = Of("trunk_group_a");
    public static readonly CallField TrunkGroupB = Of("trunk_group_b");
    public static readonly CallField SourceIp = Of("source_ip");
    public static readonly CallField SourcePort = Of("source_port");
    public static readonly CallField Protocol = Of("protocol");
    public static readonly CallField TechPrefix = Of("tech_prefix");
    public static readonly CallField VendorTrunk = Of("vendor_trunk");
    public static readonly CallField Ani = Of("ani");
    public static readonly CallField Dnis = Of("dnis");
    public static readonly CallField AniSent = Of("ani_sent");
    public static readonly CallField DnisSent = Of("dnis_sent");
    public static readonly CallField Lrn = Of("lrn");
    public static readonly CallField Oli = Of("oli");
    public static readonly CallField SetupTime = Of("setup_time");
    public static readonly CallField ProgressTime = Of("progress_time");
    public static readonly CallField AnswerTime = Of("answer_time");
    public static readonly CallField EndTime = Of("end_time");
    public static readonly CallField DurationMs = Of("duration_ms");
    public static readonly CallField AnswerTimeB = Of("answer_time_b");
    public static readonly CallField EndTimeB = Of("end_time_b");
    public static readonly CallField SipCode = Of("sip_code");
    public static readonly CallField Refusal = Of("refusal");
    public static readonly CallField ReleasedBy = Of("released_by");
    public static readonly CallField PddMs = Of("pdd_ms");
    public static readonly CallField Mos = Of("mos");
    public static readonly CallField Codec = Of("codec");
    public static readonly CallField MediaIp = Of("media_ip");
    public static readonly CallField ForwardedFrom = Of("forwarded_from");

    private static CallField Of(string name) => CallFields.Find(name) ?? throw new InvalidOperationException($"There is no field '{name}'.");
}
