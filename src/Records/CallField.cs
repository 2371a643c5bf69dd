using System.Text;
using Perimeter.Domain;

namespace Perimeter.Records;

/// <summary>Takes a value into a record. Returns what is wrong with it, or null.</summary>
internal delegate string? FieldParser(CallRecord record, in FieldValue value);

/// <summary>Takes a whole number into a record, unless something is wrong with it.</summary>
internal delegate bool NumberTaker(CallRecord record, long number);

/// <summary>One field of a call record: its name in every format, and how its value is read.</summary>
public sealed class CallField
{
    private readonly byte[] _utf8Name;
    private readonly FieldParser _parse;
    private readonly NumberTaker? _take;

    /// <param name="text">Where its values go as they are, if they do.</param>
    /// <param name="maxBytes">Of such a value; 0 where the field is none of these.</param>
    internal CallField(int number, string name, FieldParser parse, NumberTaker? take, CallEventText text, int maxBytes)
    {
        Text = text;
        MaxTextBytes = maxBytes;
        Number = number;
        Name = name;
        _utf8Name = Encoding.UTF8.GetBytes(name);
        _parse = parse;
        _take = take;
    }

    /// <summary>The field's place in <see cref="CallFields.All"/>.</summary>
    public int Number { get; }

    public string Name { get; }

    internal CallEventText Text { get; }

    internal int MaxTextBytes { get; }

    public ReadOnlySpan<byte> Utf8Name => _utf8Name;

    internal string? Parse(CallRecord record, in FieldValue value) => _parse(record, in value);

    /// <summary>The short way for a number that needs no reading. False means nothing but that its digits have to be parsed, which tells what is wrong.</summary>
    internal bool TryTake(CallRecord record, long number) => _take is not null && _take(record, number);
}

/// <summary>Every field of a call record, as docs/call-events.md lists them, and the longest text that each may hold, in bytes of UTF-8.</summary>
public static class CallFields
{
    /// <summary>Names of switches, trunk groups, trunks.</summary>
    public const int MaxNameBytes = 100;

    /// <summary>Ids of calls, which SIP leaves without a bound.</summary>
    public const int MaxCallIdBytes = 255;

    /// <summary>Numbers as dialled: what a switch passes on may be a whole SIP user part.</summary>
    public const int MaxNumberBytes = 128;

    /// <summary>Codec, protocol, who released, why refused.</summary>
    public const int MaxWordBytes = 64;

    public const int MaxTechPrefixBytes = 32;

    public const int MaxOliBytes = 8;

    /// <summary>An IPv6 address with an embedded IPv4 one, without a scope.</summary>
    public const int MaxIpBytes = 45;

    public const int MaxPddMs = 86_400_000;

    private const int Slots = 256;

    private static readonly CallField?[] ByHash = new CallField?[Slots];

    public static IReadOnlyList<CallField> All { get; } = Build();

    public static int Count => All.Count;

    /// <returns>Null where no field has this name.</returns>
    public static CallField? Find(ReadOnlySpan<byte> name)
    {
        for (int slot = Slot(name); ByHash[slot] is { } field; slot = (slot + 1) % Slots)
        {
            if (name.SequenceEqual(field.Utf8Name))
            {
                return field;
            }
        }

        return null;
    }

    public static CallField? Find(string name) => Find(Encoding.UTF8.GetBytes(name));

    private static CallField[] Build()
    {
        var fields = new List<CallField>();
        void Add(string name, FieldParser parse, NumberTaker? take = null) => fields.Add(new CallField(fields.Count, name, parse, take, default, maxBytes: 0));
        void AddNumber(string name, long least, long most, FieldParsers.SetNumber set)
        {
            NumberTaker take = FieldParsers.WholeNumber(least, most, set);
            Add(name, FieldParsers.Number(least, most, take), take);
        }

        void AddInstant(string name, FieldParsers.SetNumber set)
        {
            NumberTaker take = FieldParsers.EpochMs(set);
            Add(name, FieldParsers.Instant(take), take);
        }

        void AddText(string name, CallEventText text, int maxBytes) => fields.Add(new CallField(fields.Count, name, FieldParsers.Text(text, maxBytes), null, text, maxBytes));

        AddText("switch_id", CallEventText.SwitchId, MaxNameBytes);
        AddText("call_id", CallEventText.CallId, MaxCallIdBytes);
        AddNumber("attempt", 1, ushort.MaxValue, static (ref CallEvent e, long n) => e.Attempt = (ushort)n);
        Add("kind", FieldParsers.Kind);
        Add("final", FieldParsers.Flag(static (ref CallEvent e, bool on) => e.Final = on));
        AddText("trunk_group_a", CallEventText.TrunkGroupA, MaxNameBytes);
        AddText("trunk_group_b", CallEventText.TrunkGroupB, MaxNameBytes);
        Add("source_ip", FieldParsers.Ip(CallEventText.SourceIp, MaxIpBytes));
        AddNumber("source_port", 1, ushort.MaxValue, static (ref CallEvent e, long n) => e.SourcePort = (int)n);
        AddText("protocol", CallEventText.Protocol, MaxWordBytes);
        AddText("tech_prefix", CallEventText.TechPrefix, MaxTechPrefixBytes);
        AddText("vendor_trunk", CallEventText.VendorTrunk, MaxNameBytes);
        AddText("ani", CallEventText.Ani, MaxNumberBytes);
        AddText("dnis", CallEventText.Dnis, MaxNumberBytes);
        AddText("ani_sent", CallEventText.AniSent, MaxNumberBytes);
        AddText("dnis_sent", CallEventText.DnisSent, MaxNumberBytes);
        AddText("lrn", CallEventText.Lrn, MaxNumberBytes);
        AddText("oli", CallEventText.Oli, MaxOliBytes);
        AddInstant("setup_time", static (ref CallEvent e, long ms) => e.SetupMs = ms);
        AddInstant("progress_time", static (ref CallEvent e, long ms) => e.ProgressMs = ms);
        AddInstant("answer_time", static (ref CallEvent e, long ms) => e.AnswerMs = ms);
        AddInstant("end_time", static (ref CallEvent e, long ms) => e.EndMs = ms);
        Add("duration_ms", FieldParsers.Duration, FieldParsers.DurationMs);
        AddInstant("answer_time_b", static (ref CallEvent e, long ms) => e.AnswerBMs = ms);
        AddInstant("end_time_b", static (ref CallEvent e, long ms) => e.EndBMs = ms);
        AddNumber("sip_code", 100, 699, static (ref CallEvent e, long n) => e.SipCode = (int)n);
        AddText("refusal", CallEventText.Refusal, MaxWordBytes);
        AddText("released_by", CallEventText.ReleasedBy, MaxWordBytes);
        AddNumber("pdd_ms", 0, MaxPddMs, static (ref CallEvent e, long n) => e.PddMs = (int)n);
        Add("mos", FieldParsers.Mos);
        AddText("codec", CallEventText.Codec, MaxWordBytes);
        Add("media_ip", FieldParsers.Ip(CallEventText.MediaIp, MaxIpBytes));
        AddText("forwarded_from", CallEventText.ForwardedFrom, MaxCallIdBytes);
        AddNumber("route_revision", 0, long.MaxValue, static (ref CallEvent e, long n) => e.RouteRevision = n);
        Add("burst", FieldParsers.Flag(static (ref CallEvent e, bool on) => e.Burst = on));
        foreach (CallField field in fields)
        {
            int slot = Slot(field.Utf8Name);
            while (ByHash[slot] is not null)
            {
                slot = (slot + 1) % Slots;
            }

            ByHash[slot] = field;
        }

        return [.. fields];
    }

    /// <summary>The field names differ in length, third, middle and last letter; a foreign name that falls on a taken slot is compared and told apart.</summary>
    private static int Slot(ReadOnlySpan<byte> name) =>
        name.Length < 3 ? name.Length : (name.Length + (name[2] * 7) + (name[name.Length / 2] * 31) + (name[^1] * 5)) % Slots;
}
