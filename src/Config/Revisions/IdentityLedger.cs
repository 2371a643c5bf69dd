using System.Globalization;
using System.Text;
using Perimeter.Csv;

namespace Perimeter.Config;

/// <summary>
/// What every id ever published stands for. Amounts that were charged long ago name ids, so that an id must never come to mean something else:
/// a thing keeps its nature, may be renamed while it is there, and comes back after it was gone only as what it was.
/// </summary>
internal sealed class IdentityLedger
{
    private readonly SortedDictionary<(string File, int Id), (string Name, string Nature, bool Present)> _entries = [];

    private static readonly string[] Columns = ["file", "id", "name", "nature", "present"];

    public static IdentityLedger FromCsv(byte[] content)
    {
        var ledger = new IdentityLedger();
        var reader = new CsvReader(new MemoryStream(content), new CsvOptions { Delimiter = (byte)',' });
        reader.ReadRow();
        while (reader.ReadRow())
        {
            int id = int.Parse(reader[1], CultureInfo.InvariantCulture);
            ledger._entries.Add(
                (Encoding.UTF8.GetString(reader[0]), id), (Encoding.UTF8.GetString(reader[2]), Encoding.UTF8.GetString(reader[3]), reader[4].SequenceEqual("yes"u8)));
        }

        return ledger;
    }

    public byte[] ToCsv()
    {
        using var stream = new MemoryStream();
        using (var writer = new CsvWriter(stream))
        {
            foreach (string column in Columns)
            {
                writer.Write(column);
            }

            writer.EndRow();
            foreach (((string file, int id), (string name, string nature, bool present)) in _entries)
            {
                writer.Write(file);
                writer.Write(id);
                writer.Write(name);
                writer.Write(nature);
                writer.Write(present ? "yes"u8 : "no"u8);
                writer.EndRow();
            }
        }

        return stream.ToArray();
    }

    /// <summary>Why these cannot follow what was published before.</summary>
    public IReadOnlyList<ConfigError> Check(IEnumerable<CarrierIdentity> identities)
    {
        var errors = new List<ConfigError>();
        foreach (CarrierIdentity identity in identities)
        {
            if (!_entries.TryGetValue((identity.File, identity.Id), out (string Name, string Nature, bool Present) known))
            {
                continue;
            }

            if (known.Nature != identity.Nature)
            {
                errors.Add(Error(identity, $"was published as {Described(known.Name, known.Nature)} and is now {Described(identity.Name, identity.Nature)}"));
            }
            else if (!known.Present && known.Name != identity.Name)
            {
                errors.Add(Error(identity, $"was published as {Shown.Text(known.Name)} and taken away"));
            }
        }

        return errors;
    }

    /// <summary>Notes what a revision that passed <see cref="Check"/> holds.</summary>
    public void Take(IEnumerable<CarrierIdentity> identities)
    {
        foreach ((string File, int Id) key in _entries.Keys.ToList())
        {
            _entries[key] = _entries[key] with { Present = false };
        }

        foreach (CarrierIdentity identity in identities)
        {
            _entries[(identity.File, identity.Id)] = (identity.Name, identity.Nature, true);
        }
    }

    private static string Described(string name, string nature) => name.Length == 0 ? nature : $"{Shown.Text(name)}, {nature}";

    private static ConfigError Error(CarrierIdentity identity, string what) =>
        new(identity.File, identity.Line, "id", $"'{identity.Id}' {what}: an id is never used for another thing, take a new one");
}
