using System.Numerics;
using System.Text;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Records.Json;
using static Perimeter.Ingest.Switches.FreeSwitchVariables;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Records of mod_json_cdr, one of each leg. The record of a B leg is the attempt that is rated. That of an A leg tells of a call only where there was no B leg: a refusal.
/// </summary>
internal sealed class FreeSwitchRecords(SwitchConfig config) : ISwitchBodies
{
    public const string LegOfCall = "an A leg whose B legs tell";
    public const string AnsweredBySwitch = "an A leg that the switch answered itself";

    private const int MicrosPerMs = 1000;

    private static readonly CallField[] OwnCallFields = [.. OwnFields.Select(name => CallFields.Find(name)!)];

    private readonly byte[] _name = Encoding.UTF8.GetBytes(config.Name);
    private readonly FreeSwitchBody _body = new();
    private readonly FreeSwitchRepair _repair = new();
    private readonly FreeSwitchDocument _document = new([.. OwnFields, .. Native], OwnFields.Length + StartStamp, OwnFields.Length + ProtocolCause);

    public void ReadBody(ReadOnlySpan<byte> body, CallIntake intake) => ReadOne(body, place: 0, intake);

    /// <summary>Reads a whole body, or a line of a file.</summary>
    public void ReadOne(ReadOnlySpan<byte> body, long place, CallIntake intake)
    {
        if (ReadDocument(body) is { } fault)
        {
            intake.Unreadable(place, body, fault);
        }
        else
        {
            Take(body, place, intake);
        }
    }

    /// <summary>Whether the bytes are a document, whatever it says.</summary>
    public bool IsWhole(ReadOnlySpan<byte> body) => ReadDocument(body) is null;

    /// <returns>Why the bytes are no document; null where they are.</returns>
    private string? ReadDocument(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> json = _body.Unwrap(body);
        if (json.IsEmpty)
        {
            return "this is no record of mod_json_cdr: neither JSON, nor the form cdr=, nor percent-encoded or base64 JSON";
        }

        string? fault = _document.Read(_body.WasEncoded ? _repair.Repair(json) : json);
        return fault is not null && _body.WasEncoded
            ? fault + "; set encode or encode-values to false in json_cdr.conf.xml: a form of encoded values is not always JSON"
            : fault;
    }

    private void Take(ReadOnlySpan<byte> body, long place, CallIntake intake)
    {
        ReadOnlySpan<byte> direction = _document.Direction.IsEmpty ? Variable(LegDirection) : _document.Direction;
        bool isB = direction.SequenceEqual("outbound"u8);
        bool isA = direction.SequenceEqual("inbound"u8);
        long answerMicros = MicrosOf(AnswerMicros);
        bool isAnswered = answerMicros > 0;
        if (isA && !Variable(OriginatedLegs).IsEmpty)
        {
            intake.PassOver(place, LegOfCall);
            return;
        }

        if (isA && isAnswered)
        {
            intake.PassOver(place, AnsweredBySwitch);
            return;
        }

        intake.BeginRecord(_document.IsPlain);
        CallRecord record = intake.Record;
        if (!Variable(LoopbackLeg).IsEmpty || !Variable(IsLoopback).IsEmpty)
        {
            record.Fail("", "a leg of mod_loopback, of which one call has two: which of them the vendor charges is not known here. Bridge to the vendor without loopback/");
        }

        if (!isA && !isB)
        {
            record.Fail("", "neither channel_data.direction nor variables.direction says inbound or outbound");
        }

        record.SetText(Fields.SwitchId, _document.SwitchName.IsEmpty ? _name : _document.SwitchName);
        record.SetText(Fields.CallId, isB ? FirstOf(Variable(OriginatingLeg), Variable(CallUuid)) : Variable(Uuid));
        for (ulong left = _document.Variables.FilledFirst & ((1UL << OwnCallFields.Length) - 1); left != 0; left &= left - 1)
        {
            int own = BitOperations.TrailingZeroCount(left);
            record.SetText(OwnCallFields[own], _document.Variables[own]);
        }

        SetTimes(record, answerMicros);
        SetText(record, Fields.ReleasedBy, Variable(HangupDisposition));
        if (isB)
        {
            SetAttempt(record, isAnswered);
        }
        else
        {
            SetRefusal(record);
        }

        intake.EndForeignRecord(place, body);
    }

    private void SetTimes(CallRecord record, long answerMicros)
    {
        long start = MicrosOf(StartMicros);
        long progress = MicrosOf(ProgressMicros);
        long media = MicrosOf(MediaMicros);
        long first = progress > 0 && (media <= 0 || progress < media) ? progress : media;
        SetInstant(record, Fields.SetupTime, StartMicros, start);
        SetMs(record, Fields.ProgressTime, first);
        SetInstant(record, Fields.AnswerTime, AnswerMicros, answerMicros);
        record.SetMicros(Fields.EndTime, Variable(EndMicros));
        long rang = first > 0 ? first : answerMicros;
        long pddMs = (rang / MicrosPerMs) - (start / MicrosPerMs);
        if (rang > 0 && start > 0 && pddMs is >= 0 and <= CallFields.MaxPddMs)
        {
            record.SetNumber(Fields.PddMs, pddMs);
        }
    }

    private void SetAttempt(CallRecord record, bool isAnswered)
    {
        // The attempt that was answered decided the call, whatever the dial string said of it before.
        record.SetText(Fields.Final, isAnswered ? "true"u8 : Variable(Final));
        if (!record.Has(Fields.TrunkGroupB))
        {
            SetText(record, Fields.VendorTrunk, FirstOf(Variable(LcrCarrier), Variable(GatewayName)));
        }

        // sip_network_ip of a B leg is the vendor's.
        SetText(record, Fields.SourceIp, _document.Originator[FreeSwitchDocument.NetworkAddress]);
        SetNumbers(record, _document.Originator);
        bool isFlipped = Variable(CallerIdFlipped).SequenceEqual("yes"u8);
        SetText(record, Fields.AniSent, _document.Own[isFlipped ? FreeSwitchDocument.Ani : FreeSwitchDocument.CallerIdNumber]);
        SetText(record, Fields.DnisSent, FirstOf(Variable(ToUser), UserOf(_document.Own[FreeSwitchDocument.Destination])));
        SetText(record, Fields.Codec, Variable(ReadCodec));
        SetText(record, Fields.MediaIp, Variable(RemoteMediaIp));

        // Without media there is no measure: FreeSWITCH writes 0.00 then, or less.
        if (Variable(AudioInMos) is [>= (byte)'1' and <= (byte)'9', ..] mos)
        {
            record.SetText(Fields.Mos, mos);
        }

        if (isAnswered)
        {
            record.SetNumber(Fields.SipCode, 200);
        }
        else
        {
            ReadOnlySpan<byte> code = FirstOf(Variable(InviteFailure), Variable(TermStatus));
            code = FirstOf(code, SipCause());
            record.SetText(Fields.SipCode, code.IsEmpty && Variable(HangupDisposition).SequenceEqual("send_cancel"u8) ? "487"u8 : code);
        }
    }

    private void SetRefusal(CallRecord record)
    {
        SetText(record, Fields.SourceIp, FirstOf(Variable(NetworkIp), _document.Own[FreeSwitchDocument.NetworkAddress]));
        SetText(record, Fields.SourcePort, Variable(NetworkPort));
        SetText(record, Fields.Protocol, Variable(ViaProtocol));
        SetNumbers(record, _document.Own);
        SetText(record, Fields.Dnis, Variable(RequestUser));
        ReadOnlySpan<byte> code = FirstOf(Variable(SipCode), Variable(TermStatus));
        code = FirstOf(code, SipCause());
        if (code.IsEmpty && Variable(HangupCause) is { IsEmpty: false } cause)
        {
            record.SetNumber(Fields.SipCode, HangupCauses.SipCodeOf(cause));
        }

        record.SetText(Fields.SipCode, code);
    }

    /// <summary>The numbers as the customer dialled them, where no variable says them.</summary>
    private static void SetNumbers(CallRecord record, JsonSlots profile)
    {
        SetText(record, Fields.Ani, FirstOf(profile[FreeSwitchDocument.Ani], profile[FreeSwitchDocument.CallerIdNumber]));
        SetText(record, Fields.Dnis, UserOf(profile[FreeSwitchDocument.Destination]));
        SetText(record, Fields.Oli, profile[FreeSwitchDocument.OriginatingLine]);
    }

    /// <summary>Sets a field that no variable set before.</summary>
    private static void SetText(CallRecord record, CallField field, ReadOnlySpan<byte> value)
    {
        if (!record.Has(field))
        {
            record.SetText(field, value);
        }
    }

    /// <param name="micros">What <see cref="MicrosOf"/> read. What it could not read is told.</param>
    private void SetInstant(CallRecord record, CallField field, int variable, long micros)
    {
        if (micros > 0)
        {
            SetMs(record, field, micros);
        }
        else
        {
            record.SetMicros(field, Variable(variable));
        }
    }

    private static void SetMs(CallRecord record, CallField field, long micros)
    {
        if (micros > 0)
        {
            record.SetNumber(field, micros / MicrosPerMs);
        }
    }

    /// <summary>The code in "sip:503", which may be encoded.</summary>
    private ReadOnlySpan<byte> SipCause() => Variable(ProtocolCause) switch
    {
        [(byte)'s', (byte)'i', (byte)'p', (byte)':', .. var code] => code,
        [(byte)'s', (byte)'i', (byte)'p', (byte)'%', (byte)'3', (byte)'A' or (byte)'a', .. var code] => code,
        _ => [],
    };

    /// <summary>0 where there is none. What is no number is told where the field is set.</summary>
    private long MicrosOf(int variable)
    {
        ReadOnlySpan<byte> text = Variable(variable);
        return Digits.TryParseSigned(text, out long micros) ? micros : 0;
    }

    /// <summary>The number in "gateway/gw1/4930123456" and "4930123456@192.0.2.1".</summary>
    private static ReadOnlySpan<byte> UserOf(ReadOnlySpan<byte> destination)
    {
        int at = destination.IndexOf((byte)'@');
        destination = at < 0 ? destination : destination[..at];
        return destination[(destination.LastIndexOf((byte)'/') + 1)..];
    }

    private static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => one.IsEmpty ? other : one;

    private ReadOnlySpan<byte> Variable(int native) => _document.Variables[OwnFields.Length + native];
}
