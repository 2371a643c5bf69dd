using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Perimeter.Aggregator.Tests;

/// <summary>
/// Records that are valid but for a few fields, whose values are as bad as a switch, or somebody who means harm, could send; and some whose bytes were spoilt.
/// Everything is made from the seed.
/// </summary>
internal sealed class PoisonRecords(int seed, long nowMs)
{
    private static readonly string[] Texts =
    [
        "switch_id", "trunk_group_a", "trunk_group_b", "protocol", "tech_prefix", "vendor_trunk", "ani", "dnis", "ani_sent", "dnis_sent", "lrn", "oli", "refusal",
        "released_by", "codec", "forwarded_from", "call_id", "source_ip", "media_ip",
    ];

    private static readonly string[] Instants = ["setup_time", "progress_time", "answer_time", "end_time", "answer_time_b", "end_time_b"];

    private static readonly string[] Numbers = ["attempt", "source_port", "sip_code", "pdd_ms", "mos", "route_revision", "duration_ms"];

    private static readonly string[] Words =
    [
        "", " ", "0", "-1", "+44", "00441632960000", "911", "12125550100", "447700900123", "999999999999999", "9999999999999999", "null", "NaN", "';--", "\"", "\\", "\\N", "{", "<&>",
        "\u0000", "a\u0000b", "\u0001", "\t", "\u007F", "\u0085", "\u2028", "\uFEFF", "\uFFFF", "e\u0301", "\u202Eabc", "\U0001F4DE", "Ünïcødé", "no_profitable_route", "127.0.0.1", "::ffff:1.2.3.4",
    ];

    private static readonly string[] WholeNumbers =
    [
        "0", "1", "-1", "2", "99", "100", "200", "486", "699", "700", "32767", "32768", "65535", "65536", "86400000", "86400001", "604800000", "604800001", "2147483647", "2147483648",
        "4294967295", "4294967296", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616", "1e3", "1.5", "4.999", "5", "5.0001", "-0", "0.1", "1e400",
    ];

    private readonly Random _random = new(seed);
    private int _made;

    public PoisonRecord Next()
    {
        string callId = string.Create(CultureInfo.InvariantCulture, $"fuzz-{seed}-{_made++}-{_random.NextInt64():x16}");
        long setup = nowMs - _random.NextInt64(0, 30L * 86_400_000);
        long answer = setup + _random.Next(10_000);
        long end = answer + _random.Next(4_000_000);
        var fields = new Dictionary<string, string>
        {
            ["switch_id"] = Json("sw-1"), ["call_id"] = Json(callId), ["trunk_group_a"] = Json("customer-in"), ["trunk_group_b"] = Json("vendor-out"), ["ani"] = Json("441632960000"),
            ["dnis"] = Json("447700900123"), ["setup_time"] = Text(setup), ["answer_time"] = Text(answer), ["end_time"] = Text(end), ["sip_code"] = "200",
        };
        var expected = new Dictionary<string, string>
        {
            ["switch_id"] = "sw-1", ["call_id"] = callId, ["trunk_group_a"] = "customer-in", ["trunk_group_b"] = "vendor-out", ["ani"] = "441632960000", ["dnis"] = "447700900123",
            ["setup_time"] = Text(setup), ["answer_time"] = Text(answer), ["end_time"] = Text(end), ["sip_code"] = "200", ["kind"] = "ended",
        };
        for (int i = _random.Next(5); i > 0; i--)
        {
            Spoil(fields, expected, callId);
        }

        byte[] line = Encoding.UTF8.GetBytes("{" + string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value}")) + "}");
        bool known = _random.Next(5) != 0;
        string kind = expected["kind"];
        expected.Remove("kind");
        return known
            ? new PoisonRecord(line, kind == "ended", expected)
            : new PoisonRecord(Broken(line), true, new Dictionary<string, string>());
    }

    private void Spoil(Dictionary<string, string> fields, Dictionary<string, string> expected, string callId)
    {
        switch (_random.Next(10))
        {
            case < 4:
                SpoilText(fields, expected, callId);
                break;
            case < 7:
                SpoilInstant(fields, expected);
                break;
            case < 9:
                // How a number is written is not kept: what must be read back is its value.
                string number = WholeNumbers[_random.Next(WholeNumbers.Length)];
                Put(fields, expected, Numbers[_random.Next(Numbers.Length)], _random.Next(4) == 0 ? Json(number) : number, number);
                break;
            default:
                SpoilForm(fields, expected);
                break;
        }
    }

    private void SpoilText(Dictionary<string, string> fields, Dictionary<string, string> expected, string callId)
    {
        string field = Texts[_random.Next(Texts.Length)];
        string value = _random.Next(4) switch
        {
            0 => string.Concat(Enumerable.Repeat(Words[_random.Next(Words.Length)], _random.Next(1, 300))),
            1 => Words[_random.Next(Words.Length)] + Words[_random.Next(Words.Length)],
            2 when _random.Next(20) == 0 => new string('x', _random.Next(60_000, 70_000)),
            _ => Words[_random.Next(Words.Length)],
        };
        if (field == "call_id")
        {
            value = callId + value;
            expected["call_id"] = value;
        }

        Put(fields, expected, field, Json(value), value);
    }

    private void SpoilInstant(Dictionary<string, string> fields, Dictionary<string, string> expected)
    {
        string field = Instants[_random.Next(Instants.Length)];
        long ms = _random.Next(6) switch
        {
            0 => _random.NextInt64(-62_135_596_800_000, 253_402_300_799_999),
            1 => _random.NextInt64(long.MinValue, long.MaxValue),
            2 => nowMs + _random.Next(-7_200_000, 7_200_000),
            3 => 946_684_800_000 + _random.Next(-2, 3),
            4 => nowMs - (7L * 86_400_000) + _random.Next(-100_000, 100_000),
            _ => _random.Next(-2, 3),
        };
        bool asText = ms is >= -62_135_596_800_000 and <= 253_402_300_799_999 && _random.Next(2) == 0;
        Put(fields, expected, field, asText ? Text(ms) : ms.ToString(CultureInfo.InvariantCulture), Text(ms));
    }

    private void SpoilForm(Dictionary<string, string> fields, Dictionary<string, string> expected)
    {
        string field = _random.Next(3) switch { 0 => Texts[_random.Next(Texts.Length)], 1 => Instants[_random.Next(Instants.Length)], _ => Numbers[_random.Next(Numbers.Length)] };
        switch (_random.Next(8))
        {
            case 0:
                // A value that is there twice, under two spellings of the name.
                fields[OtherSpelling(field)] = "1";
                expected.Remove(field);
                break;
            case 1:
                int depth = _random.Next(1, 200);
                Put(fields, expected, field, new string('[', depth) + new string(']', depth), "no value");
                break;
            case 2:
                Put(fields, expected, field, "\"\\ud800\"", "no value");
                break;
            case 3:
                Put(fields, expected, field, "null", "");
                break;
            case 4:
                fields["unknown"] = "{\"a\":[{\"b\":null}]}";
                break;
            case 5:
                string kind = _random.Next(3) switch { 0 => "started", 1 => "answered", _ => "Ended" };
                Put(fields, expected, "kind", Json(kind), kind.ToLowerInvariant());
                break;
            case 6:
                string final = _random.Next(4) switch { 0 => "false", 1 => "true", 2 => "\"0\"", _ => "1" };
                Put(fields, expected, "final", final, final is "true" or "1" ? "true" : "false");
                break;
            default:
                Put(fields, expected, field, _random.Next(2) == 0 ? "true" : "{}", "no value");
                break;
        }
    }

    private static void Put(Dictionary<string, string> fields, Dictionary<string, string> expected, string field, string json, string value)
    {
        fields[field] = json;
        expected[field] = value;
        if (fields.ContainsKey(OtherSpelling(field)))
        {
            // There twice, it is put aside; unless this one is null, which is the same as not there.
            expected.Remove(field);
        }
    }

    private static string OtherSpelling(string field) => string.Create(CultureInfo.InvariantCulture, $"\\u00{(int)field[0]:x2}{field[1..]}");

    private byte[] Broken(byte[] line)
    {
        List<byte> bytes = [.. line];
        for (int i = _random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            int at = _random.Next(bytes.Count);
            switch (_random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, _random.Next(1, 20)));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, _random.Next(1, 40))));
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Range(0, _random.Next(1, 9)).Select(_ => (byte)_random.Next(256)));
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)'{', _random.Next(1, 100)));
                    break;
            }
        }

        // A line that is blank is none, and one with a line feed is two.
        bytes.Insert(0, (byte)'{');
        return [.. bytes.Select(one => one == (byte)'\n' ? (byte)'?' : one)];
    }

    private static string Json(string text) => "\"" + JavaScriptEncoder.Default.Encode(text) + "\"";

    private static string Text(long ms) =>
        ms is >= -62_135_596_800_000 and <= 253_402_300_799_999
            ? Json(DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
            : ms.ToString(CultureInfo.InvariantCulture);
}
