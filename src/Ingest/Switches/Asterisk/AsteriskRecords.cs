using System.Text;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>The rows of one file. Each is one dial, and that is one attempt; what no dial made is passed over.</summary>
internal sealed class AsteriskRecords(CsvReader reader, SwitchConfig config, string path, AttemptRanks ranks) : CsvRows(reader)
{
    public const string NotDialled = "asterisk: answered, and never dialled out (no dstchannel)";
    public const string NoDial = "asterisk: a row of bridging, transfer, pickup or parking";

    /// <summary>Applications that leave rows beside those of the dials: the other half of a dial, and what joins channels that are up.</summary>
    private static readonly byte[][] Beside =
    [
        [.. "AppDial"u8], [.. "AppDial2"u8], [.. "Bridge"u8], [.. "BridgeAdd"u8], [.. "BridgeWait"u8], [.. "Park"u8], [.. "ParkedCall"u8], [.. "ParkAndAnnounce"u8],
        [.. "Pickup"u8], [.. "PickupChan"u8], [.. "Transferred Call"u8], [.. "ConfBridge"u8], [.. "MeetMe"u8], [.. "ChanSpy"u8],
    ];

    private readonly byte[] _switchName = Encoding.UTF8.GetBytes(config.Name);
    private bool _isChecked;

    /// <summary>The attempts of calls whose rows go on behind what was taken are counted from there.</summary>
    public override void SkipTo(long offset, long line) => ReadAgain(offset, () =>
    {
        if (Columns(out _) is { } columns)
        {
            Number(columns);
        }
    });

    protected override void ReadRow(CallIntake intake)
    {
        AsteriskColumns? columns = Columns(out string? fault);
        CheckFile(columns, fault);
        if (columns is null)
        {
            intake.Unreadable(Row.LineNumber, Row.RawRow, fault!);
        }
        else
        {
            Read(columns, intake);
        }
    }

    private AsteriskColumns? Columns(out string? fault)
    {
        if (!Row[0].SequenceEqual(AsteriskColumns.OurMark))
        {
            return AsteriskColumns.OfMaster(Row.ColumnCount, Row.ColumnCount > AsteriskColumns.PlainCount ? Row[AsteriskColumns.PlainCount] : default, out fault);
        }

        bool isWhole = Row.ColumnCount == AsteriskColumns.OurCount;
        fault = isWhole ? null : $"the row has {Row.ColumnCount} columns, the mapping perimeter-1 has {AsteriskColumns.OurCount}: take the mapping of deploy/switches/asterisk/cdr_custom.conf as it is";
        return isWhole ? AsteriskColumns.Ours : null;
    }

    /// <summary>A file whose first row is of no use would be put aside row by row: it is refused as a whole. Settings that change later concern their rows only.</summary>
    private void CheckFile(AsteriskColumns? columns, string? fault)
    {
        if (_isChecked)
        {
            return;
        }

        if (fault is not null && Row.LineNumber == 1)
        {
            throw new CallFileException(
                path, $"{fault}. Then give this file a name that the column files of switches.csv does not mean; Asterisk opens a new one. Its rows cannot be taken.");
        }

        if (columns is { IsOurs: false } && config.TimeZone.Length == 0)
        {
            throw new CallFileException(
                path,
                "its times are local, and of which zone they do not say: set the column time_zone of switches.csv to the zone of that machine, or to UTC where cdr.conf has usegmtime=yes in the section [csv]");
        }

        _isChecked = true;
    }

    private void Read(AsteriskColumns columns, CallIntake intake)
    {
        long place = Row.LineNumber;
        bool isAnswered = Row[columns.Disposition].SequenceEqual("ANSWERED"u8);
        if (isAnswered && Row[columns.DstChannel].IsEmpty)
        {
            Number(columns);
            intake.PassOver(place, NotDialled);
            return;
        }

        if (IsBeside(Row[columns.LastApp]))
        {
            Number(columns);
            intake.PassOver(place, NoDial);
            return;
        }

        intake.BeginRecord(Row.RawRow);
        CallRecord record = intake.Record;
        record.SetText(Fields.SwitchId, _switchName);
        record.SetText(Fields.CallId, Row[columns.UniqueId]);
        if (TryReadSequence(columns, out long sequence))
        {
            record.SetNumber(Fields.Attempt, intake.NumberedAs > 0 ? intake.NumberedAs : ranks.Of(Row[columns.UniqueId], sequence));
        }
        else
        {
            record.Fail("attempt", "is told by the column sequence, which is no number here");
        }

        record.SetText(Fields.Ani, Row[columns.Src]);
        record.SetText(Fields.Dnis, Row[columns.Dst]);
        ReadTimes(columns, record, isAnswered);
        ReadChannels(columns, record, isAnswered);
        intake.EndForeignRecord(place, Row.RawRow);
    }

    /// <summary>A row that is passed over has a number of its own all the same.</summary>
    private void Number(AsteriskColumns columns)
    {
        if (TryReadSequence(columns, out long sequence))
        {
            ranks.Of(Row[columns.UniqueId], sequence);
        }
    }

    private void ReadTimes(AsteriskColumns columns, CallRecord record, bool isAnswered)
    {
        if (columns.IsOurs)
        {
            record.SetSeconds(Fields.SetupTime, Row[columns.Start]);
            record.SetSeconds(Fields.EndTime, Row[columns.End]);
        }
        else
        {
            record.SetText(Fields.SetupTime, Row[columns.Start]);
            record.SetText(Fields.EndTime, Row[columns.End]);
        }

        // An answer of the dialplan itself stands in rows of dials that nobody answered.
        if (!isAnswered)
        {
            return;
        }

        if (columns.IsOurs)
        {
            record.SetSeconds(Fields.AnswerTime, Row[columns.Answer]);
        }
        else
        {
            record.SetText(Fields.AnswerTime, Row[columns.Answer]);
        }

        if (!record.Has(Fields.AnswerTime))
        {
            record.Fail("answer_time", "is missing, but the disposition is ANSWERED");
        }
    }

    private void ReadChannels(AsteriskColumns columns, CallRecord record, bool isAnswered)
    {
        ReadOnlySpan<byte> channel = Row[columns.Channel];
        ReadOnlySpan<byte> dstChannel = Row[columns.DstChannel];
        if (IsLocal(channel) || IsLocal(dstChannel))
        {
            record.Fail("vendor_trunk", "stands behind a Local channel, whose two halves leave a row each: which of them is the call cannot be told. Dial the vendor's endpoint itself");
        }

        ReadOnlySpan<byte> groupA = default;
        ReadOnlySpan<byte> vendor = default;
        ReadOnlySpan<byte> code = default;
        if (columns.IsOurs)
        {
            record.SetText(Fields.SourceIp, Row[AsteriskColumns.SourceIp]);
            record.SetText(Fields.SourcePort, Row[AsteriskColumns.SourcePort]);
            record.SetText(Fields.AniSent, Row[AsteriskColumns.AniSent]);
            record.SetText(Fields.DnisSent, Row[AsteriskColumns.DnisSent]);
            groupA = Row[AsteriskColumns.TrunkGroupA];
            vendor = Row[AsteriskColumns.VendorTrunk];
            code = SipCodeOf(Row[AsteriskColumns.SipCode]);
            record.SetText(Fields.Final, isAnswered ? default : Row[AsteriskColumns.Final]);
        }

        if (groupA.IsEmpty && !record.Has(Fields.SourceIp))
        {
            groupA = EndpointOf(channel);
        }

        record.SetText(Fields.TrunkGroupA, groupA);
        record.SetText(Fields.VendorTrunk, vendor.IsEmpty ? EndpointOf(dstChannel) : vendor);

        // What the variable holds of an answered call is how it ended.
        record.SetText(Fields.SipCode, isAnswered ? "200"u8 : code);
    }

    /// <summary>"503", or "SIP 503 Service Unavailable" as HANGUPCAUSE() gives it.</summary>
    private static ReadOnlySpan<byte> SipCodeOf(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = text.StartsWith("SIP "u8) ? text[4..] : text;
        int end = rest.IndexOf((byte)' ');
        return end < 0 ? rest : rest[..end];
    }

    private static bool IsLocal(ReadOnlySpan<byte> channel) => channel.StartsWith("Local/"u8);

    /// <summary>"PJSIP/vendor-a-0000002f": technology, endpoint, and the number of the channel.</summary>
    private static ReadOnlySpan<byte> EndpointOf(ReadOnlySpan<byte> channel)
    {
        int slash = channel.IndexOf((byte)'/');
        ReadOnlySpan<byte> rest = channel[(slash + 1)..];
        int hyphen = rest.LastIndexOf((byte)'-');
        return hyphen > 0 ? rest[..hyphen] : rest;
    }

    private static bool IsBeside(ReadOnlySpan<byte> application)
    {
        if (application.SequenceEqual("Dial"u8))
        {
            return false;
        }

        foreach (byte[] beside in Beside)
        {
            if (application.SequenceEqual(beside))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryReadSequence(AsteriskColumns columns, out long sequence) =>
        Digits.TryParseSigned(Row[columns.Sequence], out sequence);
}
