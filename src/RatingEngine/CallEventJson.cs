using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.RatingEngine;

/// <summary>An event in the JSON that ingest takes (pipeline.md, "Call event"), so that what went to the quarantine can be read, mended and sent again.</summary>
internal static class CallEventJson
{
    // Never part of a page: escaped as JSON has to be and no further, since a letter that is escaped takes six bytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(in CallEvent rated, TextArena texts)
    {
        CallEvent callEvent = rated.AsReceived();
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        WriteText(json, "switch_id", texts, callEvent.SwitchId);
        WriteText(json, "call_id", texts, callEvent.CallId);
        json.WriteNumber("attempt", callEvent.Attempt);
        json.WriteString("kind", callEvent.Kind switch
        {
            CallEventKind.Started => "started",
            CallEventKind.Answered => "answered",
            CallEventKind.Ended => "ended",
            _ => ((int)callEvent.Kind).ToString(CultureInfo.InvariantCulture),
        });
        json.WriteBoolean("final", callEvent.Final);
        WriteText(json, "trunk_group_a", texts, callEvent.TrunkGroupA);
        WriteText(json, "trunk_group_b", texts, callEvent.TrunkGroupB);
        WriteText(json, "source_ip", texts, callEvent.SourceIp);
        WriteNumber(json, "source_port", callEvent.SourcePort);
        WriteText(json, "protocol", texts, callEvent.Protocol);
        WriteText(json, "tech_prefix", texts, callEvent.TechPrefix);
        WriteText(json, "vendor_trunk", texts, callEvent.VendorTrunk);
        WriteText(json, "ani", texts, callEvent.Ani);
        WriteText(json, "dnis", texts, callEvent.Dnis);
        WriteText(json, "ani_sent", texts, callEvent.AniSent);
        WriteText(json, "dnis_sent", texts, callEvent.DnisSent);
        WriteText(json, "lrn", texts, callEvent.Lrn);
        WriteText(json, "oli", texts, callEvent.Oli);
        WriteInstants(json, callEvent);
        WriteNumber(json, "sip_code", callEvent.SipCode);
        WriteText(json, "refusal", texts, callEvent.Refusal);
        WriteText(json, "released_by", texts, callEvent.ReleasedBy);
        WriteNumber(json, "pdd_ms", callEvent.PddMs);
        if (callEvent.MosThousandths != CallEvent.NoNumber)
        {
            json.WritePropertyName("mos");
            json.WriteRawValue(FixedPoint.Format(callEvent.MosThousandths, scale: 3));
        }

        WriteText(json, "codec", texts, callEvent.Codec);
        WriteText(json, "media_ip", texts, callEvent.MediaIp);
        WriteText(json, "forwarded_from", texts, callEvent.ForwardedFrom);
        WriteNumber(json, "route_revision", callEvent.RouteRevision);
        if (callEvent.Burst)
        {
            json.WriteBoolean("burst", true);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteInstants(Utf8JsonWriter json, in CallEvent callEvent)
    {
        WriteInstant(json, "setup_time", callEvent.SetupMs);
        WriteInstant(json, "progress_time", callEvent.ProgressMs);
        WriteInstant(json, "answer_time", callEvent.AnswerMs);
        WriteInstant(json, "end_time", callEvent.EndMs);
        WriteInstant(json, "answer_time_b", callEvent.AnswerBMs);
        WriteInstant(json, "end_time_b", callEvent.EndBMs);
    }

    // Decoded first: bytes that are no UTF-8 must show as such, and not be refused by the writer.
    private static void WriteText(Utf8JsonWriter json, string name, TextArena texts, TextSpan text)
    {
        if (!text.IsEmpty)
        {
            json.WriteString(name, Encoding.UTF8.GetString(texts[text]));
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long number)
    {
        if (number != CallEvent.NoNumber)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, long instantMs)
    {
        const long earliestMs = -62_135_596_800_000;
        const long latestMs = 253_402_300_799_999;
        if (instantMs is >= earliestMs and <= latestMs)
        {
            json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(instantMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }
        else if (instantMs != CallEvent.NoInstant)
        {
            json.WriteNumber(name, instantMs);
        }
    }
}
