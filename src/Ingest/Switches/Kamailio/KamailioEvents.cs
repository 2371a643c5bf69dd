using System.Text;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Records.Json;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// Reads the call events that our part of a Kamailio configuration emits (deploy/switches/kamailio/perimeter.cfg): JSON in our own fields, alone in the body
/// of a request, or on a line of a log behind <c>perimeter KEY</c>.
/// </summary>
/// <remarks>
/// A log of Kamailio repeats what strangers sent, line feeds and all, so that one packet can put a line into it that reads as an event. What tells an event is
/// the key of the switch. Where the configuration gives the switch none, only a line counts that is an event and nothing else, as in a file of events alone.
/// </remarks>
internal sealed class KamailioEvents : ISwitchBodies
{
    private readonly byte[] _name;

    /// <summary>What stands before an event; empty where the switch has no key.</summary>
    private readonly byte[] _mark;
    private readonly JsonOwnFields _quick = new();
    private readonly JsonRecord _json = new();

    public KamailioEvents(SwitchConfig config)
    {
        _name = Encoding.UTF8.GetBytes(config.Name);
        _mark = config.Key.Length == 0 ? [] : Encoding.UTF8.GetBytes($"perimeter {config.Key} ");
    }

    private static ReadOnlySpan<byte> Word => "perimeter "u8;

    /// <summary>A request with one event, or with one on each line.</summary>
    public void ReadBody(ReadOnlySpan<byte> body, CallIntake intake)
    {
        if (NdjsonCallRecords.IsBlank(body.TrimEnd((byte)'\n')))
        {
            intake.Unreadable(0, body, "the body holds no event");
            return;
        }

        long index = 0;
        while (!body.IsEmpty && !intake.IsFull && intake.Records <= intake.Limits.MaxRecordsPerRequest)
        {
            int end = body.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = NdjsonCallRecords.WithoutReturn(end < 0 ? body : body[..end]);
            body = end < 0 ? default : body[(end + 1)..];
            if (!NdjsonCallRecords.IsBlank(line))
            {
                ReadEvent(line, index++, intake);
            }
        }
    }

    /// <summary>A line of a log. Where one was cut without its line feed the next begins in its middle: each event is taken by itself.</summary>
    public void ReadLine(ReadOnlySpan<byte> line, long place, CallIntake intake)
    {
        int mark = _mark.Length == 0 ? -1 : line.IndexOf(_mark);
        if (mark < 0)
        {
            ReadUnmarked(line, place, intake);
            return;
        }

        while (mark >= 0)
        {
            line = line[(mark + _mark.Length)..];
            mark = line.IndexOf(_mark);
            if (mark < 0)
            {
                ReadEvent(line, place, intake);
            }
            else
            {
                intake.Unreadable(place, line[..mark], "the event was cut, and another begins on its line");
            }
        }
    }

    private void ReadUnmarked(ReadOnlySpan<byte> line, long place, CallIntake intake)
    {
        int start = EventWithoutMark(line);
        if (start < 0)
        {
            intake.PassOver(place, "another line of Kamailio's log");
        }
        else if (_mark.Length > 0)
        {
            // With the word that stands before it: once that is the key, the event is read when it is sent again.
            intake.Unreadable(
                place, line[start..], "reads as an event without the key of the switch, as anybody can bring one into the log; if the switch wrote it, its PERIMETER_KEY is not the key in switches.csv");
        }
        else if (line[start] != (byte)'{')
        {
            intake.Unreadable(
                place, line[start..], "stands behind other text of a log, and the switch has no key by which to tell it from what strangers brought there: set 'key' in switches.csv to its PERIMETER_KEY");
        }
        else
        {
            ReadEvent(line, place, intake);
        }
    }

    /// <returns>Where what reads as an event begins: the line's start, or "perimeter" with a word before it. -1 where there is none.</returns>
    private static int EventWithoutMark(ReadOnlySpan<byte> line)
    {
        if (line[0] == (byte)'{')
        {
            return 0;
        }

        int word = line.IndexOf(Word);
        if (word < 0)
        {
            return -1;
        }

        ReadOnlySpan<byte> key = line[(word + Word.Length)..];
        int space = key.IndexOf((byte)' ');
        return space >= 0 && key[(space + 1)..].StartsWith("{"u8) ? word : -1;
    }

    private void ReadEvent(ReadOnlySpan<byte> text, long place, CallIntake intake)
    {
        intake.BeginRecord(text);
        if (!_quick.TryRead(text, intake.Record, out int unknown))
        {
            intake.BeginRecord();
            string? fault = _json.ReadOne(text, intake.Record, "event", out unknown);
            if (fault is not null)
            {
                intake.Unreadable(place, text, $"{fault}: was it cut? xlog's buf_size, and the longest line of syslog, have to be 8192 or more");
                return;
            }
        }

        intake.CountUnknown(unknown);
        if (!intake.Record.Has(Fields.SwitchId))
        {
            intake.Record.SetText(Fields.SwitchId, _name);
        }

        intake.EndRecord(place, text);
    }
}
