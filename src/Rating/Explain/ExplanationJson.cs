using System.Buffers;
using System.Text;
using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.Rating.Explain;

/// <summary>Explanations for programs. Amounts, rates and numbers are strings, so that no reader rounds them; instants are ISO 8601.</summary>
public static class ExplanationJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static string Render(CallExplanation call) => Write(Indented, json => WriteCall(json, call));

    /// <summary>Without line ends, for streams of explanations.</summary>
    public static string RenderLine(CallExplanation call) => Write(default, json => WriteCall(json, call));

    public static string Render(SideExplanation side) => Write(Indented, json => WriteSide(json, side));

    private static void WriteCall(Utf8JsonWriter json, CallExplanation call)
    {
        json.WriteStartObject();
        json.WriteString("switch_id", call.SwitchId);
        json.WriteString("call_id", call.CallId);
        json.WriteNumber("attempt", call.Attempt);
        json.WriteBoolean("final", call.Final);
        json.WriteNumber("revision", call.Revision.Value);
        json.WriteString("setup_time", Instant.Text(call.SetupMs));
        json.WriteString("system_currency", call.SystemCurrency.ToString());
        if (call.Suspect is { } why)
        {
            json.WriteString("suspect", why);
        }

        json.WritePropertyName("a");
        WriteSide(json, call.A);
        json.WritePropertyName("b");
        WriteSide(json, call.B);
        json.WriteEndObject();
    }

    private static string Write(JsonWriterOptions options, Action<Utf8JsonWriter> content)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, options))
        {
            content(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteSide(Utf8JsonWriter json, SideExplanation side)
    {
        RatedSide result = side.Result;
        json.WriteStartObject();
        json.WriteString("outcome", result.Outcome.ToString());
        json.WriteString("reason", side.Reason);
        if (side.TrunkGroup is { } group)
        {
            json.WriteStartObject("trunk_group");
            WriteId(json, "id", group.Id?.Value);
            json.WriteString("name", group.Name);
            json.WriteString("relationship", group.Relationship);
            json.WriteString("direction", result.Direction.ToString());
            json.WriteString("relation", result.Relation.ToString());
            WriteSteps(json, group.Steps);
            json.WriteEndObject();
        }

        WriteNumbers(json, side.Numbers);
        WriteNumbering(json, side);
        if (side.Class.Count > 0)
        {
            json.WriteStartObject("class");
            json.WriteString("name", result.Class.ToString());
            WriteSteps(json, side.Class);
            json.WriteEndObject();
        }

        WriteDeck(json, side);
        WriteJurisdiction(json, side);
        WriteAmounts(json, side);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, IReadOnlyList<NumberExplanation> numbers)
    {
        json.WriteStartArray("numbers");
        foreach (NumberExplanation number in numbers)
        {
            json.WriteStartObject();
            json.WriteString("field", number.Field);
            json.WriteString("received", number.Received);
            WriteSteps(json, number.Steps);
            json.WriteString("number", number.Number.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumbering(Utf8JsonWriter json, SideExplanation side)
    {
        if (side.Numbering is not { } numbering)
        {
            return;
        }

        json.WriteStartObject("numbering");
        json.WriteString("number", numbering.Number.ToString());
        json.WriteStartArray("rows");
        foreach (NumberRowExplanation row in numbering.Rows)
        {
            json.WriteStartObject();
            json.WriteNumber("id", row.Row.Id);
            json.WriteString("type", row.Row.Type.ToString());
            WriteId(json, "customer_tier", row.Row.CustomerTier == 0 ? null : row.Row.CustomerTier);
            WriteId(json, "vendor_tier", row.Row.VendorTier == 0 ? null : row.Row.VendorTier);
            json.WriteString("tag", row.Row.Tag);
            json.WriteString("from", row.Row.InForce.FromMs == Interval.BeginningMs ? null : Instant.Text(row.Row.InForce.FromMs));
            json.WriteString("to", row.Row.InForce.ToMs == Interval.EndlessMs ? null : Instant.Text(row.Row.InForce.ToMs));
            json.WriteBoolean("applied", row.Applied);
            json.WriteString("why", row.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDeck(Utf8JsonWriter json, SideExplanation side)
    {
        if (side.Deck is { } deck)
        {
            json.WriteStartObject("deck");
            json.WriteNumber("id", deck.Id.Value);
            json.WriteString("name", deck.Name);
            json.WriteString("type", deck.Type.ToString());
            json.WriteNumber("version", deck.Version);
            json.WriteString("currency", deck.Currency.ToString());
            json.WriteString("how", deck.How);
            json.WriteEndObject();
        }

        if (side.Lookup is { } lookup)
        {
            json.WriteStartObject("lookup");
            json.WriteString("number", lookup.Number.ToString());
            json.WriteString("which", lookup.Which);
            json.WriteString("code", side.Result.Code.ToString());
            json.WriteStartArray("codes");
            foreach (CodeExplanation code in lookup.Codes)
            {
                json.WriteStartObject();
                json.WriteString("code", code.Code);
                json.WriteNumber("upload", code.Upload);
                json.WriteNumber("line", code.Line);
                json.WriteString("destination", code.Destination);
                json.WriteBoolean("applied", code.Applied);
                json.WriteString("why", code.Why);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteJurisdiction(Utf8JsonWriter json, SideExplanation side)
    {
        if (side.Jurisdiction is { } jurisdiction)
        {
            json.WriteStartObject("jurisdiction");
            json.WriteString("name", jurisdiction.Jurisdiction.ToString());
            json.WriteString("from_region", jurisdiction.RegionA);
            json.WriteString("to_region", jurisdiction.RegionB);
            json.WriteString("why", jurisdiction.Why);
            json.WriteString("rate_choice", jurisdiction.RateChoice);
            json.WriteEndObject();
        }
    }

    private static void WriteAmounts(Utf8JsonWriter json, SideExplanation side)
    {
        if (side.Deck is not null && side.Result.DeckRow >= 0)
        {
            json.WriteString("rate", side.Result.Rate.ToString());
        }

        if (side.Duration is { } duration)
        {
            json.WriteStartObject("duration");
            json.WriteNumber("raw_ms", duration.RawMs);
            json.WriteNumber("rounded_seconds", duration.RoundedSeconds);
            json.WriteNumber("seconds", duration.Seconds);
            json.WriteNumber("billed_seconds", duration.BilledSeconds);
            WriteSteps(json, duration.Steps);
            json.WriteEndObject();
        }

        if (side.Charge is { } charge)
        {
            json.WriteStartObject("charge");
            json.WriteString("formula", charge.Formula);
            json.WriteString("exact", charge.Exact);
            json.WriteString("rounding", charge.Rounding);
            json.WriteString("charge", charge.Charge.ToString());
            json.WriteString("currency", charge.Currency.ToString());
            json.WriteString("exchange_rate", charge.ExchangeRate.ToString());
            json.WriteString("system_charge", charge.SystemCharge.ToString());
            json.WriteEndObject();
        }
    }

    private static void WriteSteps(Utf8JsonWriter json, IReadOnlyList<string> steps)
    {
        json.WriteStartArray("steps");
        foreach (string step in steps)
        {
            json.WriteStringValue(step);
        }

        json.WriteEndArray();
    }

    private static void WriteId(Utf8JsonWriter json, string name, int? id)
    {
        if (id is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
