using System.Text;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>The records of one file: a STOP is a call that was answered, an ATTEMPT one that was not; what else is written stands beside them.</summary>
internal sealed class RibbonRecords(CsvReader reader, SwitchConfig config) : CsvRows(reader)
{
    public const string Start = "ribbon: START, whose STOP tells the call";
    public const string Intermediate = "ribbon: INTERMEDIATE, whose STOP tells the call";
    public const string Node = "ribbon: an event of the node";
    public const string Frame = "ribbon: the header or the end of a file";

    /// <summary>One tick of the system's clock.</summary>
    private const long TickMs = 10;

    /// <summary>The times of a record are tenths of a second, and cut; an hour more or less is a change of the clocks during the call.</summary>
    private const long RoundedMs = 2000;

    private const long HourMs = 3_600_000;

    private readonly byte[] _switchName = Encoding.UTF8.GetBytes(config.Name);
    private readonly RibbonTime _time = new();
    private readonly JoinedId _callId = new();

    protected override void ReadRow(CallIntake intake)
    {
        ReadOnlySpan<byte> kind = Row[0];
        long place = Row.LineNumber;
        if (kind.SequenceEqual("STOP"u8))
        {
            Read(RibbonFields.Stop, isStop: true, intake);
        }
        else if (kind.SequenceEqual("ATTEMPT"u8))
        {
            Read(RibbonFields.Attempt, isStop: false, intake);
        }
        else if (kind.SequenceEqual("START"u8))
        {
            intake.PassOver(place, Start);
        }
        else if (kind.SequenceEqual("INTERMEDIATE"u8))
        {
            intake.PassOver(place, Intermediate);
        }
        else if (kind.SequenceEqual("REBOOT"u8) || kind.SequenceEqual("SWITCHOVER"u8) || kind.SequenceEqual("SW_CHANGE"u8) || kind.SequenceEqual("EVENT"u8))
        {
            intake.PassOver(place, Node);
        }
        else if (Row.RawRow.StartsWith("Sonus Networks, Inc."u8) || Row.RawRow.IndexOf(": File administratively closed"u8) >= 0)
        {
            intake.PassOver(place, Frame);
        }
        else
        {
            intake.Unreadable(place, Row.RawRow, "is no record: it begins with none of START, STOP, ATTEMPT, INTERMEDIATE, REBOOT, SWITCHOVER, SW_CHANGE, EVENT");
        }
    }

    private void Read(RibbonFields fields, bool isStop, CallIntake intake)
    {
        long place = Row.LineNumber;
        if (Row.ColumnCount < fields.Least)
        {
            intake.Unreadable(place, Row.RawRow, $"the record has {Row.ColumnCount} fields; one of its type has {fields.Least} and more on an SBC Core: the line was cut, or is of another product");
            return;
        }

        intake.BeginRecord(Row.RawRow);
        CallRecord record = intake.Record;
        record.SetText(Fields.SwitchId, _switchName);
        record.SetText(Fields.CallId, CallId());
        SetAttempt(record, Row[fields.RouteAttempt]);
        record.SetFlag(Fields.Final, isStop || !Row[RibbonFields.FinalAttempt].SequenceEqual("0"u8));
        record.SetText(Fields.Ani, Row[fields.IncomingCalling].IsEmpty ? Row[fields.Calling] : Row[fields.IncomingCalling]);
        record.SetText(Fields.Dnis, Row[fields.Dialed].IsEmpty ? Row[fields.Called] : Row[fields.Dialed]);
        record.SetText(Fields.TrunkGroupA, Row[fields.IngressGroup]);
        record.SetText(Fields.VendorTrunk, Row[fields.EgressGroup].IsEmpty ? GroupOf(Row[fields.RouteSelected]) : Row[fields.EgressGroup]);
        record.SetText(Fields.ReleasedBy, InitiatorOf(Row[fields.Initiator]));
        SetTimes(record, fields, isStop);
        SetCode(record, fields, isStop);
        intake.EndForeignRecord(place, Row.RawRow);
    }

    /// <summary>The accounting id counts within one gateway; a folder may hold the files of several.</summary>
    private ReadOnlySpan<byte> CallId()
    {
        ReadOnlySpan<byte> gateway = Row[RibbonFields.Gateway];
        ReadOnlySpan<byte> id = Row[RibbonFields.AccountingId];
        return gateway.IsEmpty || id.IsEmpty ? default : _callId.Of(gateway, '/', id);
    }

    private static void SetAttempt(CallRecord record, ReadOnlySpan<byte> number)
    {
        if (!number.SequenceEqual("0"u8))
        {
            record.SetText(Fields.Attempt, number);
        }
    }

    /// <summary>The answer is so many ticks behind the setup, and the call lasted so many: finer than the times, and not moved by a change of the clocks.</summary>
    private void SetTimes(CallRecord record, RibbonFields fields, bool isStop)
    {
        Span<byte> iso = stackalloc byte[RibbonTime.IsoBytes];
        if (!_time.TryWrite(Row[RibbonFields.StartDate], Row[RibbonFields.StartTime], iso, out long startMs))
        {
            record.Fail("setup_time", "must be mm/dd/yyyy and hh:mm:ss.d in fields 6 and 7");
            return;
        }

        record.SetText(Fields.SetupTime, iso);
        if (record.IsFaulty)
        {
            return;
        }

        long setupMs = record.Event.SetupMs;
        if (TryTicks(RibbonFields.TicksToAlert, out long alertMs) && alertMs > 0)
        {
            record.SetNumber(Fields.ProgressTime, setupMs + alertMs);
        }

        bool hasEnd = _time.TryWrite(Row[fields.EndDate], Row[fields.EndTime], iso, out long endMs);
        if (!isStop)
        {
            if (hasEnd)
            {
                record.SetText(Fields.EndTime, iso);
            }

            return;
        }

        if (!TryTicks(RibbonFields.TicksToAnswer, out long answerMs) || !TryTicks(RibbonFields.ServiceDuration, out long lastedMs))
        {
            record.Fail("duration_ms", "is told by fields 10 and 14 of a STOP, which must be ticks of 10 ms");
        }
        else if (!hasEnd)
        {
            record.Fail("end_time", "must be mm/dd/yyyy and hh:mm:ss.d in fields 11 and 12 of a STOP");
        }
        else if (!AgreeWithin(endMs - startMs, answerMs + lastedMs))
        {
            record.Fail("duration_ms", $"does not agree with the times: by fields 10 and 14 the call ended {answerMs + lastedMs} ms after its setup, by fields 6, 7, 11 and 12 {endMs - startMs} ms");
        }
        else
        {
            record.SetNumber(Fields.AnswerTime, setupMs + answerMs);
            record.SetNumber(Fields.DurationMs, lastedMs);
        }
    }

    private static bool AgreeWithin(long wallMs, long elapsedMs)
    {
        long apart = Math.Abs(wallMs - elapsedMs);
        return apart <= RoundedMs || Math.Abs(apart - HourMs) <= RoundedMs;
    }

    private bool TryTicks(int field, out long ms)
    {
        bool isNumber = Digits.TryParse(Row[field], out long ticks) && ticks <= uint.MaxValue;
        ms = isNumber ? ticks * TickMs : 0;
        return isNumber;
    }

    private void SetCode(CallRecord record, RibbonFields fields, bool isStop)
    {
        if (isStop)
        {
            record.SetNumber(Fields.SipCode, 200);
        }
        else if (Digits.TryParseSigned(Row[fields.Reason], out long cause) && SipCodes.OfCause(cause) is > 0 and int code)
        {
            record.SetNumber(Fields.SipCode, code);
        }
    }

    private static ReadOnlySpan<byte> InitiatorOf(ReadOnlySpan<byte> code) => code.Length == 1
        ? code[0] switch
        {
            (byte)'0' or (byte)'3' => "switch"u8,
            (byte)'1' or (byte)'4' => "customer"u8,
            (byte)'2' => "vendor"u8,
            _ => default,
        }
        : default;

    /// <summary>Gateway and trunk group, with a colon between.</summary>
    private static ReadOnlySpan<byte> GroupOf(ReadOnlySpan<byte> route) => route[(route.IndexOf((byte)':') + 1)..];
}
