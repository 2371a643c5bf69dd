using System.Text;

namespace Perimeter.Records;

/// <summary>A value that records have in a field which they do not carry.</summary>
public sealed record FixedValue(CallField Field, byte[] Utf8);

/// <summary>
/// How the columns of a CSV become the fields of call records. A column whose name is a field's is that field; others are mapped, written
/// <c>field=Header</c>; a field that no column carries may be set for all records, written <c>field:=value</c>.
/// </summary>
public sealed class CallRecordMapping
{
    private CallRecordMapping(IReadOnlyDictionary<CallField, string> headers, IReadOnlyList<FixedValue> fixedValues)
    {
        Headers = headers;
        FixedValues = fixedValues;
    }

    public static CallRecordMapping None { get; } = new(new Dictionary<CallField, string>(), []);

    public IReadOnlyDictionary<CallField, string> Headers { get; }

    public IReadOnlyList<FixedValue> FixedValues { get; }

    /// <summary>Reads mappings as a person writes them.</summary>
    /// <exception cref="FormatException">Some are wrong; the message names all of them.</exception>
    public static CallRecordMapping Parse(IEnumerable<string> mappings)
    {
        var headers = new Dictionary<CallField, string>();
        var fixedValues = new List<FixedValue>();
        var errors = new List<string>();
        foreach (string mapping in mappings)
        {
            int equals = mapping.IndexOf('=', StringComparison.Ordinal);
            bool isFixed = equals > 0 && mapping[equals - 1] == ':';
            string name = equals < 0 ? "" : mapping[..(isFixed ? equals - 1 : equals)].Trim();
            string value = mapping[(equals + 1)..].Trim();
            if (name.Length == 0 || value.Length == 0)
            {
                errors.Add($"'{mapping}' is no mapping: write field=Header, or field:=value.");
            }
            else if (CallFields.Find(name) is not { } field)
            {
                errors.Add($"'{mapping}': there is no field '{name}'. The fields are {string.Join(", ", CallFields.All.Select(f => f.Name))}.");
            }
            else if (headers.ContainsKey(field) || fixedValues.Any(f => f.Field == field))
            {
                errors.Add($"'{mapping}': {name} is mapped twice.");
            }
            else if (isFixed)
            {
                fixedValues.Add(new FixedValue(field, Encoding.UTF8.GetBytes(value)));
            }
            else
            {
                headers.Add(field, value);
            }
        }

        return errors.Count == 0 ? new CallRecordMapping(headers, fixedValues) : throw new FormatException(string.Join(" ", errors));
    }
}
