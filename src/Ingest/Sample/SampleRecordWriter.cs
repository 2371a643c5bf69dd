using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>Writes records as NDJSON or CSV, the fields by the names of pipeline.md. The texts of the player are ASCII and need no escapes.</summary>
internal ref struct SampleRecordWriter(SampleFormat format, IBufferWriter<byte> output)
{
    private const int MostBytes = 2_048;

    // In the order of the CSV, which Write follows.
    private static readonly string[] Columns =
    [
        "switch_id", "call_id", "attempt", "final", "trunk_group_a", "trunk_group_b", "source_ip", "source_port", "protocol", "tech_prefix",
        "vendor_trunk", "ani", "dnis", "ani_sent", "dnis_sent", "lrn", "oli", "setup_time", "progress_time", "answer_time", "end_time",
        "duration_ms", "answer_time_b", "end_time_b", "sip_code", "refusal", "released_by", "pdd_ms", "mos", "codec", "media_ip",
        "forwarded_from",
    ];

    private static readonly byte[][] JsonNames = [.. Columns.Select(column => Encoding.ASCII.GetBytes($"\"{column}\":"))];

    public static IReadOnlyList<string> ColumnNames => Columns;

    private Span<byte> _line;
    private int _length;
    private int _column;

    /// <summary>The names of the columns: the first line of everything that is CSV.</summary>
    public static void WriteHeader(IBufferWriter<byte> output) => output.Write(Encoding.ASCII.GetBytes(string.Join(',', Columns) + "\n"));

    public void Write(SampleRecord record)
    {
        _line = output.GetSpan(MostBytes);
        _length = 0;
        _column = 0;
        SampleClock clock = record.Switch.Clock;
        Text(record.Switch.Id);
        Text(record.CallId);
        Number(record.Attempt);
        Literal(record.Final ? "" : "false");
        Text(record.TrunkGroupA);
        Text(record.TrunkGroupB);
        Text(record.SourceIp);
        Number(record.SourcePort);
        Text(record.Protocol);
        Text(record.TechPrefix);
        Text(record.VendorTrunk);
        Text(record.Ani);
        Text(record.Dnis);
        Text(record.AniSent);
        Text(record.DnisSent);
        Text(record.Lrn);
        Text(record.Oli);
        Instant(record.SetupMs, clock);
        Instant(record.ProgressMs, clock);
        Instant(record.AnswerMs, clock);
        Instant(record.WritesDuration ? CallEvent.NoInstant : record.EndMs, clock);
        Number(record.WritesDuration ? record.EndMs - record.AnswerMs : CallEvent.NoNumber);
        Instant(record.AnswerBMs, clock);
        Instant(record.EndBMs, clock);
        Number(record.SipCode);
        Text(record.Refusal);
        Text(record.ReleasedBy);
        Number(record.PddMs);
        Mos(record.MosHundredths);
        Text(record.Codec);
        Text(record.MediaIp);
        Text(record.ForwardedFrom);
        EndLine();
    }

    /// <summary>Writes a line as it is: a record that no switch should send.</summary>
    public void WriteRaw(string line)
    {
        _line = output.GetSpan(MostBytes);
        _length = Encoding.ASCII.GetBytes(line, _line);
        _line[_length++] = (byte)'\n';
        output.Advance(_length);
    }

    private void EndLine()
    {
        if (format == SampleFormat.Ndjson)
        {
            _line[_length++] = (byte)'}';
        }

        _line[_length++] = (byte)'\n';
        output.Advance(_length);
    }

    /// <summary>Begins the next field; false where it is to be left out.</summary>
    private bool Begin(bool isPresent)
    {
        int column = _column++;
        if (format == SampleFormat.Csv)
        {
            if (column > 0)
            {
                _line[_length++] = (byte)',';
            }

            return isPresent;
        }

        if (!isPresent)
        {
            return false;
        }

        _line[_length] = _length == 0 ? (byte)'{' : (byte)',';
        _length++;
        JsonNames[column].CopyTo(_line[_length..]);
        _length += JsonNames[column].Length;
        return true;
    }

    private void Text(string text)
    {
        if (Begin(text.Length > 0))
        {
            Quote();
            _length += Encoding.ASCII.GetBytes(text, _line[_length..]);
            Quote();
        }
    }

    private void Literal(string text)
    {
        if (Begin(text.Length > 0))
        {
            _length += Encoding.ASCII.GetBytes(text, _line[_length..]);
        }
    }

    private void Number(long number)
    {
        if (Begin(number != CallEvent.NoNumber))
        {
            Digits(number);
        }
    }

    private void Mos(int hundredths)
    {
        if (Begin(hundredths != CallEvent.NoNumber))
        {
            Digits(hundredths / 100);
            _line[_length++] = (byte)'.';
            Pad(hundredths % 100, 2);
        }
    }

    private void Instant(long ms, SampleClock clock)
    {
        if (!Begin(ms != CallEvent.NoInstant))
        {
            return;
        }

        if (clock == SampleClock.EpochMs)
        {
            Digits(ms);
            return;
        }

        Quote();
        DateTime time = DateTime.UnixEpoch.AddMilliseconds(clock == SampleClock.OffsetOneHour ? ms + 3_600_000 : ms);
        Pad(time.Year, 4);
        _line[_length++] = (byte)'-';
        Pad(time.Month, 2);
        _line[_length++] = (byte)'-';
        Pad(time.Day, 2);
        _line[_length++] = (byte)'T';
        Pad(time.Hour, 2);
        _line[_length++] = (byte)':';
        Pad(time.Minute, 2);
        _line[_length++] = (byte)':';
        Pad(time.Second, 2);
        _line[_length++] = (byte)'.';
        Pad(time.Millisecond, 3);
        _length += Encoding.ASCII.GetBytes(clock == SampleClock.OffsetOneHour ? "+01:00" : "Z", _line[_length..]);
        Quote();
    }

    private void Quote()
    {
        if (format == SampleFormat.Ndjson)
        {
            _line[_length++] = (byte)'"';
        }
    }

    private void Digits(long number)
    {
        Utf8Formatter.TryFormat(number, _line[_length..], out int written);
        _length += written;
    }

    private void Pad(int number, int digits)
    {
        for (int i = digits - 1; i >= 0; i--)
        {
            _line[_length + i] = (byte)('0' + (number % 10));
            number /= 10;
        }

        _length += digits;
    }
}
