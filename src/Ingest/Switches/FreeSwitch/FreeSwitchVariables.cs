namespace Perimeter.Ingest.Switches;

/// <summary>The variables of a leg that matter here.</summary>
internal static class FreeSwitchVariables
{
    /// <summary>Those that are a field by its own name, as the dial string or the dialplan sets them.</summary>
    public static readonly string[] OwnFields =
    [
        "attempt", "trunk_group_a", "trunk_group_b", "source_ip", "source_port", "protocol", "tech_prefix", "vendor_trunk", "ani", "dnis", "ani_sent", "dnis_sent", "lrn",
        "oli", "refusal", "media_ip", "forwarded_from", "route_revision", "burst",
    ];

    // Those of FreeSWITCH itself, by their place in Native.
    public const int LegDirection = 0;
    public const int Uuid = 1;
    public const int OriginatingLeg = 2;
    public const int CallUuid = 3;
    public const int OriginatedLegs = 4;
    public const int StartMicros = 5;
    public const int ProgressMicros = 6;
    public const int MediaMicros = 7;
    public const int AnswerMicros = 8;
    public const int EndMicros = 9;
    public const int InviteFailure = 10;
    public const int TermStatus = 11;
    public const int ProtocolCause = 12;
    public const int HangupCause = 13;
    public const int HangupDisposition = 14;
    public const int NetworkIp = 15;
    public const int NetworkPort = 16;
    public const int ViaProtocol = 17;
    public const int ToUser = 18;
    public const int RequestUser = 19;
    public const int LcrCarrier = 20;
    public const int GatewayName = 21;
    public const int RemoteMediaIp = 22;
    public const int ReadCodec = 23;
    public const int AudioInMos = 24;
    public const int CallerIdFlipped = 25;
    public const int Final = 26;
    public const int SipCode = 27;
    public const int LoopbackLeg = 28;
    public const int IsLoopback = 29;
    public const int StartStamp = 30;

    public static readonly string[] Native =
    [
        "direction", "uuid", "originating_leg_uuid", "call_uuid", "originated_legs", "start_uepoch", "progress_uepoch", "progress_media_uepoch", "answer_uepoch", "end_uepoch",
        "sip_invite_failure_status", "sip_term_status", "proto_specific_hangup_cause", "hangup_cause", "sip_hangup_disposition", "sip_network_ip", "sip_network_port",
        "sip_via_protocol", "sip_to_user", "sip_req_user", "lcr_carrier", "sip_gateway_name", "remote_media_ip", "read_codec", "rtp_audio_in_mos", "channel_cid_flipped",
        "final", "sip_code", "loopback_leg", "is_loopback", "start_stamp",
    ];
}
