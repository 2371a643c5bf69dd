using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Records.Json;

namespace Perimeter.Ingest.Switches;

/// <summary>Rows of Yeti's table of CDRs as its processors send them (cdr_http, cdr_http_batch, cdr_http_ndjson, cdr_http_bulk): one of each attempt, and one of a call that was refused before any.</summary>
internal sealed class YetiRecords(SwitchConfig config) : JsonBodies
{
    private const int LocalTag = 0;
    private const int NodeId = 1;
    private const int Uuid = 2;
    private const int RoutingAttempt = 3;
    private const int IsLastCdr = 4;
    private const int TimeStart = 5;
    private const int TimeConnect = 6;
    private const int TimeEnd = 7;
    private const int AuthIp = 8;
    private const int AuthPort = 9;
    private const int AuthProtocol = 10;
    private const int SignIp = 11;
    private const int SignPort = 12;
    private const int SignProtocol = 13;
    private const int TermGateway = 14;
    private const int TermGatewayExternal = 15;
    private const int SourceIn = 16;
    private const int DestinationIn = 17;
    private const int SourceOut = 18;
    private const int DestinationOut = 19;
    private const int Lrn = 20;
    private const int LegBCode = 21;
    private const int LegACode = 22;
    private const int InternalCode = 23;
    private const int Initiator = 24;
    private const int Pdd = 25;
    private const int Payload = 26;

    private readonly byte[] _name = Encoding.UTF8.GetBytes(config.Name);
    private readonly JoinedId _callId = new();
    private readonly JsonSlots _row = new(
        "local_tag", "node_id", "uuid", "routing_attempt", "is_last_cdr", "time_start", "time_connect", "time_end", "auth_orig_ip", "auth_orig_port",
        "auth_orig_transport_protocol_id", "sign_orig_ip", "sign_orig_port", "sign_orig_transport_protocol_id", "term_gw_id", "term_gw_external_id", "src_prefix_in",
        "dst_prefix_in", "src_prefix_out", "dst_prefix_out", "lrn", "legb_disconnect_code", "lega_disconnect_code", "internal_disconnect_code", "disconnect_initiator_id", "pdd", "payload");

    /// <summary>{"batch_id":1,"data":[...]}: the array comes early, and rows have no member of this name.</summary>
    protected override bool FindRecords<TJson>(ref TJson json)
    {
        const int membersBefore = 4;
        for (int i = 0; i <= membersBefore && json.Next(out ReadOnlySpan<byte> name); i++)
        {
            if (json.Form == JsonTokenType.StartArray && name.SequenceEqual("data"u8))
            {
                return true;
            }

            json.Skip();
        }

        return false;
    }

    protected override void Take(ReadOnlySpan<byte> content, long place, CallIntake intake)
    {
        if (_row.IsAsWritten)
        {
            intake.BeginRecord(content);
        }
        else
        {
            intake.BeginRecord();
        }

        CallRecord record = intake.Record;
        SetCall(record);
        record.SetText(Fields.SetupTime, _row[TimeStart]);
        record.SetText(Fields.AnswerTime, _row[TimeConnect]);
        record.SetText(Fields.EndTime, _row[TimeEnd]);
        SetSource(record);
        record.SetText(Fields.VendorTrunk, FirstOf(_row[TermGatewayExternal], _row[TermGateway]));
        record.SetText(Fields.Ani, _row[SourceIn]);
        record.SetText(Fields.Dnis, _row[DestinationIn]);
        record.SetText(Fields.AniSent, _row[SourceOut]);
        record.SetText(Fields.DnisSent, _row[DestinationOut]);
        record.SetText(Fields.Lrn, _row[Lrn]);
        record.SetText(Fields.SipCode, _row[TimeConnect].IsEmpty ? FirstOf(Code(LegBCode), FirstOf(Code(LegACode), Code(InternalCode))) : "200"u8);
        record.SetText(Fields.ReleasedBy, _row[Initiator] switch
        {
            [(byte)'0'] => "routing"u8,
            [(byte)'1'] => "switch"u8,
            [(byte)'2'] => "destination"u8,
            [(byte)'3'] => "origination"u8,
            _ => [],
        });
        SetPdd(record);
        intake.EndRecord(place, content);
    }

    /// <summary>A row, or {"type":"cdr_full","payload":{...}} around it.</summary>
    protected override void ReadMembers<TJson>(ref TJson json)
    {
        _row.Clear();
        while (_row.TakeToNested(ref json) is >= 0 and int slot)
        {
            if (slot == Payload && json.Form == JsonTokenType.StartObject)
            {
                _row.ReadObject(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <summary>A tag is a node's own. Without one a row is a call of its own, known by its uuid.</summary>
    private void SetCall(CallRecord record)
    {
        record.SetText(Fields.SwitchId, _name);
        ReadOnlySpan<byte> tag = _row[LocalTag];
        ReadOnlySpan<byte> node = _row[NodeId];
        if (tag.IsEmpty)
        {
            record.SetText(Fields.CallId, _row[Uuid]);
        }
        else if (node.IsEmpty)
        {
            record.Fail("call_id", "has no node_id beside its local_tag; let cdr_fields of cdr_http carry node_id");
        }
        else
        {
            record.SetText(Fields.CallId, _callId.Of(tag, '_', node));
        }

        // 0 is of a call that was never routed: there is no other attempt.
        ReadOnlySpan<byte> attempt = _row[RoutingAttempt];
        record.SetText(Fields.Attempt, attempt.SequenceEqual("0"u8) ? [] : attempt);
        record.SetText(Fields.Final, _row[IsLastCdr]);
    }

    /// <summary>The address that the customer was known by: behind a load balancer that is not the one that the INVITE came from.</summary>
    private void SetSource(CallRecord record)
    {
        bool isAuth = !_row[AuthIp].IsEmpty;
        record.SetText(Fields.SourceIp, _row[isAuth ? AuthIp : SignIp]);
        ReadOnlySpan<byte> port = _row[isAuth ? AuthPort : SignPort];
        record.SetText(Fields.SourcePort, port.SequenceEqual("0"u8) ? [] : port);
        record.SetText(Fields.Protocol, _row[isAuth ? AuthProtocol : SignProtocol] switch
        {
            [(byte)'1'] => "udp"u8,
            [(byte)'2'] => "tcp"u8,
            [(byte)'3'] => "tls"u8,
            _ => [],
        });
    }

    /// <summary>Seconds as a floating-point number; what is no such delay is none.</summary>
    private void SetPdd(CallRecord record)
    {
        ReadOnlySpan<byte> text = _row[Pdd];
        if (RecordValues.TryReadSeconds(text, out long ms) && ms <= CallFields.MaxPddMs)
        {
            record.SetNumber(Fields.PddMs, ms);
        }
        else if (Utf8Parser.TryParse(text, out decimal seconds, out int used) && used == text.Length && seconds is >= 0 and <= CallFields.MaxPddMs / 1000)
        {
            record.SetNumber(Fields.PddMs, (long)(seconds * 1000));
        }
    }

    /// <summary>0 is none.</summary>
    private ReadOnlySpan<byte> Code(int slot) => _row[slot].SequenceEqual("0"u8) ? [] : _row[slot];

    private static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => one.IsEmpty ? other : one;
}
