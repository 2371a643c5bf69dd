using System.Buffers.Text;
using System.Text;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>The records of one file: of a call its final attempt, which is billed, and those before it that were not taken.</summary>
internal sealed class SansayRecords(CsvReader reader, SwitchConfig config, AttemptRanks ranks) : CsvRows(reader)
{
    public const string Audit = "sansay: an audit record";
    public const string Header = "sansay: a header row";

    /// <summary>Fields from 0: one less than Sansay's document counts (docs/switches/sansay.md).</summary>
    private const int Sequence = 0, Type = 2, SessionId = 4, Cause = 5, Start = 6, Answer = 7, Release = 8, MinutesWest = 9, ProtocolCause = 11, Releaser = 12, TrunkA = 13, AniAt = 15, DnisAt = 17,
        TrunkB = 32, AniSentAt = 34, DnisSentAt = 36, Route = 51, PostDialDelay = 54, DurationMs = 56, Least = 57;

    private const int NormalAnswered = 1;

    /// <summary>The times are whole seconds.</summary>
    private const long RoundedMs = 2000;

    private const int MostMinutesWest = 14 * 60;

    private readonly SansayTime _time = new();
    private readonly byte[] _switchName = Encoding.UTF8.GetBytes(config.Name);

    public override void SkipTo(long offset, long line) => ReadAgain(offset, () =>
    {
        if (Row.ColumnCount >= Least && IsIntermediate())
        {
            ranks.Of(Row[SessionId], SequenceOf());
        }
    });

    protected override void ReadRow(CallIntake intake)
    {
        long place = Row.LineNumber;
        ReadOnlySpan<byte> type = Row.ColumnCount > Type ? Row[Type] : default;
        if (type.SequenceEqual("A"u8))
        {
            intake.PassOver(place, Audit);
        }
        else if (type.SequenceEqual("R"u8) && Row.ColumnCount >= Least)
        {
            Read(intake);
        }
        else if (place == 1 && Row.ColumnCount > Type && Row[Sequence].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            intake.PassOver(place, Header);
        }
        else if (Row.ColumnCount < Least)
        {
            intake.Unreadable(
                place,
                Row.RawRow,
                $"the record has {Row.ColumnCount} fields; one of a VSXi has {Least} and more: the line was cut, or is of another product");
        }
        else
        {
            intake.Unreadable(place, Row.RawRow, "the record type, in field 3, must be R or A");
        }
    }

    private void Read(CallIntake intake)
    {
        intake.BeginRecord(Row.RawRow);
        CallRecord record = intake.Record;
        record.SetText(Fields.SwitchId, _switchName);
        record.SetText(Fields.CallId, Row[SessionId]);
        bool isIntermediate = IsIntermediate();

        // The one record that may be charged has the same key whatever came before it.
        record.SetNumber(Fields.Attempt, !isIntermediate ? 1 : intake.NumberedAs > 1 ? intake.NumberedAs : ranks.Of(Row[SessionId], SequenceOf()) + 1);
        record.SetFlag(Fields.Final, !isIntermediate);
        if (!isIntermediate && !Row[Route].SequenceEqual("F"u8))
        {
            record.Fail("final", "is told by field 52, which must be F or I");
        }

        record.SetText(Fields.TrunkGroupA, Row[TrunkA]);
        record.SetText(Fields.VendorTrunk, Row[TrunkB]);
        record.SetText(Fields.Ani, Row[AniAt]);
        record.SetText(Fields.Dnis, Row[DnisAt]);
        record.SetText(Fields.AniSent, Row[AniSentAt]);
        record.SetText(Fields.DnisSent, Row[DnisSentAt]);
        record.SetText(Fields.ReleasedBy, ReleaserOf(Row[Releaser]));
        SetTimes(record);
        intake.EndForeignRecord(Row.LineNumber, Row.RawRow);
    }

    private bool IsIntermediate() => Row[Route].SequenceEqual("I"u8);

    private long SequenceOf() => Utf8Parser.TryParse(Row[Sequence], out long sequence, out _) ? sequence : 0;

    private void SetTimes(CallRecord record)
    {
        if (!Digits.TryParseSigned(Row[MinutesWest], out long west) || Math.Abs(west) > MostMinutesWest)
        {
            record.Fail("setup_time", "is told by fields 7 and 10; field 10 must be minutes west of Greenwich");
        }
        else if (!_time.TryRead(Row[Start], (int)west, out long setupMs))
        {
            record.Fail("setup_time", "must be a time such as 'Mon Dec 15 11:38:34 2003' in field 7");
        }
        else if (!Digits.TryParseSigned(Row[Cause], out long cause) || !Digits.TryParseSigned(Row[DurationMs], out long lastedMs))
        {
            record.Fail("duration_ms", "is told by fields 6 (release cause) and 57 (milliseconds), which must be numbers");
        }
        else
        {
            record.SetNumber(Fields.SetupTime, setupMs);
            if (cause == NormalAnswered)
            {
                SetAnswered(record, (int)west, lastedMs);
            }
            else
            {
                SetRefused(record, (int)west, lastedMs);
            }

            if (Digits.TryParseSigned(Row[PostDialDelay], out long seconds) && seconds is > 0 and <= CallFields.MaxPddMs / 1000)
            {
                record.SetNumber(Fields.PddMs, seconds * 1000);
            }
        }
    }

    private void SetAnswered(CallRecord record, int west, long lastedMs)
    {
        if (!_time.TryRead(Row[Answer], west, out long answerMs) || !_time.TryRead(Row[Release], west, out long releaseMs))
        {
            record.Fail("answer_time", "must be a time in field 8, and the release in field 9: the release cause says that the call was answered");
        }
        else if (Math.Abs(releaseMs - answerMs - lastedMs) > RoundedMs)
        {
            record.Fail("duration_ms", $"does not agree with the times: field 57 says {lastedMs} ms, fields 8 and 9 {releaseMs - answerMs} ms");
        }
        else
        {
            record.SetNumber(Fields.AnswerTime, answerMs);
            record.SetNumber(Fields.DurationMs, lastedMs);
            record.SetNumber(Fields.SipCode, 200);
        }
    }

    private void SetRefused(CallRecord record, int west, long lastedMs)
    {
        if (lastedMs > 0)
        {
            record.Fail("duration_ms", $"is {lastedMs} in field 57, but the release cause in field 6 is not that of an answered call (1)");
            return;
        }

        if (_time.TryRead(Row[Release], west, out long releaseMs))
        {
            record.SetNumber(Fields.EndTime, releaseMs);
        }

        if (Digits.TryParseSigned(Row[ProtocolCause], out long code))
        {
            long sip = code is >= 300 and <= 699 ? code : SipCodes.OfCause(code);
            if (sip > 0)
            {
                record.SetNumber(Fields.SipCode, sip);
            }
        }
    }

    private static ReadOnlySpan<byte> ReleaserOf(ReadOnlySpan<byte> code) => code.Length == 1
        ? code[0] switch
        {
            (byte)'O' => "customer"u8,
            (byte)'T' => "vendor"u8,
            (byte)'N' => "switch"u8,
            (byte)'E' => "routing server"u8,
            _ => default,
        }
        : default;
}
