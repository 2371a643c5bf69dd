using System.Globalization;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Ingest.Switches;

/// <summary>One field of a record as it was understood.</summary>
public readonly record struct FieldShown(string Name, string Value);

/// <summary>An event as a person reads it: the fields that it carries, in the order of docs/call-events.md.</summary>
internal static class EventFields
{
    public static IReadOnlyList<FieldShown> Of(CallRecord record, TextArena texts)
    {
        CallEvent e = record.Event;
        List<FieldShown> fields = [];
        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                fields.Add(new FieldShown(name, value));
            }
        }

        void AddText(CallEventText text) => Add(NameOf(text), texts.GetString(CallEventTexts.Of(ref e, text)));
        void AddInstant(string name, long ms) => Add(name, ms == CallEvent.NoInstant ? "" : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        void AddNumber(string name, long number) => Add(name, number == CallEvent.NoNumber ? "" : number.ToString(CultureInfo.InvariantCulture));

        AddText(CallEventText.SwitchId);
        AddText(CallEventText.CallId);
        AddNumber("attempt", e.Attempt);
        Add("kind", e.Kind == CallEventKind.Ended ? "" : e.Kind.ToString().ToLowerInvariant());
        Add("final", e.Final ? "true" : "false");
        foreach (CallEventText text in (CallEventText[])[CallEventText.TrunkGroupA, CallEventText.TrunkGroupB, CallEventText.SourceIp])
        {
            AddText(text);
        }

        AddNumber("source_port", e.SourcePort);
        foreach (CallEventText text in (CallEventText[])
            [CallEventText.Protocol, CallEventText.TechPrefix, CallEventText.VendorTrunk, CallEventText.Ani, CallEventText.Dnis, CallEventText.AniSent, CallEventText.DnisSent, CallEventText.Lrn, CallEventText.Oli])
        {
            AddText(text);
        }

        AddInstant("setup_time", e.SetupMs);
        AddInstant("progress_time", e.ProgressMs);
        AddInstant("answer_time", e.AnswerMs);
        AddInstant("end_time", e.EndMs);
        AddInstant("answer_time_b", e.AnswerBMs);
        AddInstant("end_time_b", e.EndBMs);
        AddNumber("sip_code", e.SipCode);
        AddText(CallEventText.Refusal);
        AddText(CallEventText.ReleasedBy);
        AddNumber("pdd_ms", e.PddMs);
        Add("mos", e.MosThousandths == CallEvent.NoNumber ? "" : string.Create(CultureInfo.InvariantCulture, $"{e.MosThousandths / 1000}.{e.MosThousandths % 1000:000}"));
        AddText(CallEventText.Codec);
        AddText(CallEventText.MediaIp);
        AddText(CallEventText.ForwardedFrom);
        AddNumber("route_revision", e.RouteRevision);
        Add("burst", e.Burst ? "true" : "");
        if (e.Kind == CallEventKind.Ended)
        {
            Add("answered for", string.Create(CultureInfo.InvariantCulture, $"{e.RawMsA / 1000}.{e.RawMsA % 1000:000} s"));
        }

        return fields;
    }

    private static string NameOf(CallEventText text)
    {
        System.Text.StringBuilder name = new();
        foreach (char c in text.ToString())
        {
            name.Append(char.IsUpper(c) && name.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
