using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Records.Json;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Accounting events of OpenSIPS (do_accounting "evi") as JSON-RPC notifications, however they come. E_ACC_CDR is an attempt that was answered, E_ACC_MISSED_EVENT one that
/// was not. Times are whole seconds, so that the end is the answer and the milliseconds of ms_duration: its duration is rounded up.
/// </summary>
internal sealed class OpenSipsEvents(SwitchConfig config) : JsonBodies
{
    public const string OldAccounting = "an E_ACC_EVENT: E_ACC_CDR tells of the call";
    public const string OtherEvent = "an event that is not of accounting";
    public const string OtherMethod = "a request other than INVITE that failed";

    private const int MethodSlot = 0;
    private const int ParametersSlot = 1;

    private const int SipMethod = 0;
    private const int CallId = 1;
    private const int SipCode = 2;
    private const int Time = 3;
    private const int MsDuration = 4;
    private const int SetupSeconds = 5;
    private const int Created = 6;
    private const int Final = 7;
    private const int Invite = 8;

    // Extra parameters that are a field by its own name.
    private static readonly string[] OwnFields =
    [
        "attempt", "trunk_group_a", "trunk_group_b", "source_ip", "source_port", "protocol", "tech_prefix", "vendor_trunk", "ani", "dnis", "ani_sent", "dnis_sent", "lrn",
        "oli", "refusal", "released_by", "pdd_ms", "codec", "media_ip", "forwarded_from", "route_revision", "burst",
    ];

    private static readonly string[] Native = ["method", "callid", "sip_code", "time", "ms_duration", "setuptime", "created", "final", "invite"];

    private static readonly CallField[] OwnCallFields = [.. OwnFields.Select(name => CallFields.Find(name)!)];

    private readonly byte[] _name = Encoding.UTF8.GetBytes(config.Name);
    private readonly JsonSlots _notification = new("method", "params");
    private readonly JsonSlots _parameters = new([.. Native, .. OwnFields]);
    private readonly JoinedId _id = new();
    private bool _hasParameters;

    protected override void Take(ReadOnlySpan<byte> content, long place, CallIntake intake)
    {
        ReadOnlySpan<byte> method = _notification[MethodSlot];
        bool isCdr = method.SequenceEqual("E_ACC_CDR"u8);
        if (!isCdr && !method.SequenceEqual("E_ACC_MISSED_EVENT"u8))
        {
            PassOver(method, content, place, intake);
        }
        else if (!_hasParameters)
        {
            intake.Unreadable(place, content, "its params are no JSON object; named parameters are needed");
        }
        else if (!isCdr && !_parameters[SipMethod].IsEmpty && !_parameters[SipMethod].SequenceEqual("INVITE"u8))
        {
            intake.PassOver(place, OtherMethod);
        }
        else
        {
            TakeAttempt(isCdr, content, place, intake);
        }
    }

    private static void PassOver(ReadOnlySpan<byte> method, ReadOnlySpan<byte> content, long place, CallIntake intake)
    {
        if (method.SequenceEqual("E_ACC_EVENT"u8))
        {
            intake.PassOver(place, OldAccounting);
        }
        else if (method.StartsWith("E_"u8) && !method.StartsWith("E_ACC"u8))
        {
            intake.PassOver(place, OtherEvent);
        }
        else
        {
            intake.Unreadable(place, content, "its method is none of E_ACC_CDR, E_ACC_MISSED_EVENT, E_ACC_EVENT and no other event of OpenSIPS");
        }
    }

    protected override void ReadMembers<TJson>(ref TJson json)
    {
        _notification.Clear();
        _parameters.Clear();
        _hasParameters = false;
        while (_notification.TakeToNested(ref json) is >= 0 and int slot)
        {
            if (slot == ParametersSlot && json.Form == JsonTokenType.StartObject)
            {
                _hasParameters = true;
                _parameters.ReadObject(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void TakeAttempt(bool isCdr, ReadOnlySpan<byte> content, long place, CallIntake intake)
    {
        intake.BeginRecord();
        CallRecord record = intake.Record;
        record.SetText(Fields.SwitchId, _name);
        SetCallId(record);
        record.SetText(Fields.SipCode, _parameters[SipCode]);
        for (int i = 0; i < OwnCallFields.Length; i++)
        {
            ReadOnlySpan<byte> value = _parameters[Native.Length + i];
            if (!value.IsEmpty)
            {
                record.SetText(OwnCallFields[i], value);
            }
        }

        // The attempt that was answered decided the call, whatever the script said of it before.
        record.SetText(Fields.Final, isCdr ? "true"u8 : _parameters[Final]);
        if (isCdr)
        {
            SetAnswered(record);
        }
        else
        {
            SetMissed(record);
        }

        intake.EndRecord(place, content);
    }

    /// <summary>A caller may use a Call-ID again, so what the script has of the INVITE stands behind it, with a slash between.</summary>
    private void SetCallId(CallRecord record)
    {
        ReadOnlySpan<byte> callId = _parameters[CallId];
        ReadOnlySpan<byte> invite = _parameters[Invite];
        record.SetText(Fields.CallId, callId.IsEmpty || invite.IsEmpty ? callId : _id.Of(callId, '/', invite));
    }

    private void SetAnswered(CallRecord record)
    {
        record.SetSeconds(Fields.SetupTime, _parameters[Created]);
        record.SetSeconds(Fields.AnswerTime, _parameters[Time]);
        if (!record.Has(Fields.AnswerTime))
        {
            record.Fail("answer_time", "is missing: an E_ACC_CDR has it in time");
        }

        record.SetText(Fields.DurationMs, _parameters[MsDuration]);
        if (!record.Has(Fields.DurationMs))
        {
            record.Fail("duration_ms", "is missing: ms_duration is needed, since duration is rounded up");
        }
    }

    /// <summary>Without the dialog module an event has only the time of its transaction, which is the setup then.</summary>
    private void SetMissed(CallRecord record)
    {
        ReadOnlySpan<byte> created = _parameters[Created];
        if (created.IsEmpty || created.SequenceEqual("0"u8))
        {
            record.SetSeconds(Fields.SetupTime, _parameters[Time]);
            return;
        }

        record.SetSeconds(Fields.SetupTime, created);
        if (Utf8Parser.TryParse(created, out uint since, out int used) && used == created.Length
            && Utf8Parser.TryParse(_parameters[SetupSeconds], out uint lasted, out int read) && read > 0 && read == _parameters[SetupSeconds].Length)
        {
            record.SetNumber(Fields.EndTime, ((long)since + lasted) * 1000);
        }
    }
}
