using System.Buffers.Text;
using System.Text;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches.Asterisk;

/// <summary>The rows of one file. Each is one dial, and that is one attempt; what no dial made is passed over.</summary>
internal sealed class AsteriskRecords(CsvReader reader, SwitchConfig config, string path, AttemptRanks ranks) : IFileRecords
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

    public long Offset => reader.RowEnd;

    public long NextLine => reader.NextLineNumber;

    /// <summary>Reads what was taken before: the attempts of calls whose rows go on behind it are counted from there.</summary>
    public void SkipTo(long offset, long line)
    {
        while (reader.RowEnd < offset)
        {
            try
            {
                if (!reader.ReadRow())
                {
                    throw new EndOfStreamException($"The content ends at byte {reader.RowEnd}, before byte {offset} at which reading was to go on.");
                }
            }
            catch (CsvFormatException)
            {
                // It was put aside when it was read first.
                continue;
            }

            if (Columns(out _) is { } columns && TryReadSequence(columns, out long sequence))
            {
                ranks.Of(reader[columns.UniqueId], sequence);
            }
        }
    }

    public bool ReadRecord(CallIntake intake)
    {
        try
        {
            if (!reader.ReadRow())
            {
                return false;
            }
        }
        catch (CsvFormatException e)
        {
            intake.Unreadable(e.Line, reader.RawRow, e.Reason);
            return true;
        }

        AsteriskColumns? columns = Columns(out string? fault);
        CheckFile(columns, fault);
        if (columns is null)
        {
            intake.Unreadable(reader.LineNumber, reader.RawRow, fault!);
        }
        else
        {
            Read(columns, intake);
        }

        return true;
    }

    private AsteriskColumns? Columns(out string? fault)
    {
        if (!reader[0].SequenceEqual(AsteriskColumns.OurMark))
        {
            return AsteriskColumns.OfMaster(reader.ColumnCount, reader.ColumnCount > AsteriskColumns.PlainCount ? reader[AsteriskColumns.PlainCount] : default, out fault);
        }

        bool isWhole = reader.ColumnCount == AsteriskColumns.OurCount;
        fault = isWhole ? null : $"the row has {reader.ColumnCount} columns, the mapping perimeter-1 has {AsteriskColumns.OurCount}: take the mapping of deploy/switches/asterisk/cdr_custom.conf as it is";
        return isWhole ? AsteriskColumns.Ours : null;
    }

    /// <summary>A file whose first row is of no use would be put aside row by row: it is refused as a whole. Settings that change later concern their rows only.</summary>
    private void CheckFile(AsteriskColumns? columns, string? fault)
    {
        if (_isChecked)
        {
            return;
        }

        if (fault is not null)
        {
            throw new CallFileException(path, $"{fault}. Then rename the file, which Asterisk opens anew for every row: rows that were written before cannot be taken.");
        }

        if (!columns!.IsOurs && config.TimeZone.Length == 0)
        {
            throw new CallFileException(
                path,
                "its times are local, and of which zone they do not say: set the column time_zone of switches.csv to the zone of that machine, or to UTC where cdr.conf has usegmtime=yes in the section [csv]");
        }

        _isChecked = true;
    }

    private void Read(AsteriskColumns columns, CallIntake intake)
    {
        long place = reader.LineNumber;
        bool isAnswered = reader[columns.Disposition].SequenceEqual("ANSWERED"u8);
        if (isAnswered && reader[columns.DstChannel].IsEmpty)
        {
            Number(columns);
            intake.PassOver(place, NotDialled);
            return;
        }

        if (IsBeside(reader[columns.LastApp]))
        {
            Number(columns);
            intake.PassOver(place, NoDial);
            return;
        }

        intake.BeginRecord();
        CallRecord record = intake.Record;
        record.SetText(Fields.SwitchId, _switchName);
        record.SetText(Fields.CallId, reader[columns.UniqueId]);
        if (TryReadSequence(columns, out long sequence))
        {
            record.SetNumber(Fields.Attempt, ranks.Of(reader[columns.UniqueId], sequence));
        }
        else
        {
            record.Fail("attempt", "is told by the column sequence, which is no number here");
        }

        record.SetText(Fields.Ani, reader[columns.Src]);
        record.SetText(Fields.Dnis, reader[columns.Dst]);
        ReadTimes(columns, record, isAnswered);
        ReadChannels(columns, record, isAnswered);
        intake.EndRecord(place, reader.RawRow);
    }

    /// <summary>A row that is passed over has a number of its own all the same.</summary>
    private void Number(AsteriskColumns columns)
    {
        if (TryReadSequence(columns, out long sequence))
        {
            ranks.Of(reader[columns.UniqueId], sequence);
        }
    }

    private void ReadTimes(AsteriskColumns columns, CallRecord record, bool isAnswered)
    {
        if (columns.IsOurs)
        {
            record.SetSeconds(Fields.SetupTime, reader[columns.Start]);
            record.SetSeconds(Fields.EndTime, reader[columns.End]);
        }
        else
        {
            record.SetText(Fields.SetupTime, reader[columns.Start]);
            record.SetText(Fields.EndTime, reader[columns.End]);
        }

        // An answer of the dialplan itself stands in rows of dials that nobody answered.
        if (!isAnswered)
        {
            return;
        }

        if (columns.IsOurs)
        {
            record.SetSeconds(Fields.AnswerTime, reader[columns.Answer]);
        }
        else
        {
            record.SetText(Fields.AnswerTime, reader[columns.Answer]);
        }

        if (!record.Has(Fields.AnswerTime))
        {
            record.Fail("answer_time", "is missing, but the disposition is ANSWERED");
        }
    }

    private void ReadChannels(AsteriskColumns columns, CallRecord record, bool isAnswered)
    {
        ReadOnlySpan<byte> channel = reader[columns.Channel];
        ReadOnlySpan<byte> dstChannel = reader[columns.DstChannel];
        if (IsLocal(channel) || IsLocal(dstChannel))
        {
            record.Fail("vendor_trunk", "stands behind a Local channel, whose two halves leave a row each: which of them is the call cannot be told. Dial the vendor's endpoint itself");
        }

        ReadOnlySpan<byte> groupA = default;
        ReadOnlySpan<byte> vendor = default;
        ReadOnlySpan<byte> code = default;
        if (columns.IsOurs)
        {
            record.SetText(Fields.SourceIp, reader[AsteriskColumns.SourceIp]);
            record.SetText(Fields.SourcePort, reader[AsteriskColumns.SourcePort]);
            record.SetText(Fields.AniSent, reader[AsteriskColumns.AniSent]);
            record.SetText(Fields.DnisSent, reader[AsteriskColumns.DnisSent]);
            groupA = reader[AsteriskColumns.TrunkGroupA];
            vendor = reader[AsteriskColumns.VendorTrunk];
            code = SipCodeOf(reader[AsteriskColumns.SipCode]);
            record.SetText(Fields.Final, isAnswered ? default : reader[AsteriskColumns.Final]);
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
        Utf8Parser.TryParse(reader[columns.Sequence], out sequence, out int used) && used == reader[columns.Sequence].Length;
}
