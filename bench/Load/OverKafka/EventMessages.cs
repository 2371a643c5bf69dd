using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.Load.OverKafka;

/// <summary>Call events as a switch writes them to Kafka itself: one JSON object in a message (docs/call-events.md).</summary>
internal sealed class EventMessages : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;

    public EventMessages() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>All events of a call lie in one partition by it.</summary>
    public static byte[] Key(in CallEvent one, TextArena texts) => [.. texts[one.SwitchId], (byte)'/', .. texts[one.CallId]];

    public byte[] Value(in CallEvent one, TextArena texts)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        Text("switch_id", texts[one.SwitchId]);
        Text("call_id", texts[one.CallId]);
        _json.WriteNumber("attempt", one.Attempt);
        _json.WriteBoolean("final", one.Final);
        Text("trunk_group_a", texts[one.TrunkGroupA]);
        Text("trunk_group_b", texts[one.TrunkGroupB]);
        Text("ani", texts[one.Ani]);
        Text("dnis", texts[one.Dnis]);
        Text("dnis_sent", texts[one.DnisSent]);
        Instant("setup_time", one.SetupMs);
        Instant("progress_time", one.ProgressMs);
        Instant("answer_time", one.AnswerMs);
        Instant("end_time", one.EndMs);
        _json.WriteNumber("sip_code", one.SipCode);
        _json.WriteNumber("pdd_ms", one.PddMs);
        if (one.MosThousandths != CallEvent.NoNumber)
        {
            _json.WritePropertyName("mos");
            _json.WriteRawValue(FixedPoint.Format(one.MosThousandths, scale: 3));
        }

        Text("released_by", texts[one.ReleasedBy]);
        Text("codec", texts[one.Codec]);
        Text("media_ip", texts[one.MediaIp]);
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _json.Dispose();

    private void Text(string name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            _json.WriteString(name, value);
        }
    }

    private void Instant(string name, long ms)
    {
        if (ms != CallEvent.NoInstant)
        {
            _json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime);
        }
    }
}
