using System.Globalization;
using System.Text;
using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.Records.Tests;

/// <summary>docs/call-event.schema.json against what is really checked: its names, and its limits at their edges.</summary>
public sealed class SchemaTests
{
    private static readonly long NowMs = new DateTimeOffset(2025, 6, 15, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "call-event.schema.json"))).RootElement;

    [Fact]
    public void It_names_every_field_in_order() =>
        Assert.Equal(CallFields.All.Select(field => field.Name), Schema.GetProperty("properties").EnumerateObject().Select(property => property.Name));

    [Fact]
    public void Its_needed_fields_are_those_that_a_record_cannot_be_without()
    {
        string[] needed = [.. Schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!)];
        Dictionary<string, string> good = new() { ["switch_id"] = "\"s\"", ["call_id"] = "\"c\"", ["setup_time"] = "1749985200000" };
        Assert.Equal(good.Keys, needed);
        Assert.Equal(new RecordFault(), Fault(good));
        foreach (string name in needed)
        {
            Assert.Equal(new RecordFault(name, "is missing"), Fault(good.Where(field => field.Key != name)));
        }
    }

    [Fact]
    public void Its_limits_are_those_that_are_checked()
    {
        int edges = 0;
        foreach (JsonProperty property in Schema.GetProperty("properties").EnumerateObject())
        {
            bool isIp = property.Name is "source_ip" or "media_ip";
            if (!isIp && property.Value.TryGetProperty("maxLength", out JsonElement longest))
            {
                Edge(property.Name, $"\"{new string('1', longest.GetInt32())}\"", $"\"{new string('1', longest.GetInt32() + 1)}\"");
            }

            if (property.Name is not ("final" or "burst") && property.Value.TryGetProperty("minimum", out JsonElement least))
            {
                Edge(property.Name, Text(least.GetInt64()), Text(least.GetInt64() - 1));
            }

            if (property.Name is not ("final" or "burst") && property.Value.TryGetProperty("maximum", out JsonElement most))
            {
                Edge(property.Name, Text(most.GetInt64()), Text(most.GetInt64() + 1));
            }
        }

        Assert.InRange(edges, 30, int.MaxValue);

        void Edge(string name, string inside, string outside)
        {
            edges++;
            Assert.NotEqual(name, FieldFault(name, inside).Field);
            Assert.Equal(name, FieldFault(name, outside).Field);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The first fault of a record that has the value in the field; what fields must hold together is not looked at.</summary>
    private static RecordFault FieldFault(string name, string json)
    {
        var record = new CallRecord(TimeSpan.FromHours(1), new InstantText(null));
        record.Begin(NowMs);
        Assert.Null(new JsonRecord().ReadOne(Encoding.UTF8.GetBytes($"{{\"{name}\":{json}}}"), record, "message", out int unknown));
        Assert.Equal(0, unknown);
        return record.Fault;
    }

    private static RecordFault Fault(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var message = new CallMessage(new CallMessageLimits());
        string json = "{" + string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value}")) + "}";
        return message.Read(Encoding.UTF8.GetBytes(json), NowMs) == QuarantineReason.None ? default : message.Fault;
    }
}
