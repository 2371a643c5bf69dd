using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Perimeter.Csv;

namespace Perimeter.Config;

/// <summary>
/// What every id ever published stands for. Amounts that were charged long ago name ids, so that an id must never come to mean something else:
/// a thing keeps its nature, may be renamed while it is there, and comes back after it was gone only as what it was.
/// </summary>
internal sealed class IdentityLedger
{
    /// <summary>By file and id. The numbering alone may have millions.</summary>
    private readonly SortedDictionary<string, Dictionary<int, Entry>> _files = new(StringComparer.Ordinal);

    private static readonly string[] Columns = ["file", "id", "name", "nature", "present"];

    public static IdentityLedger FromCsv(byte[] content)
    {
        var ledger = new IdentityLedger();
        var reader = new CsvReader(new MemoryStream(content), new CsvOptions { Delimiter = (byte)',' });
        reader.ReadRow();
        while (reader.ReadRow())
        {
            int id = int.Parse(reader[1], CultureInfo.InvariantCulture);
            ledger.EntriesOf(Encoding.UTF8.GetString(reader[0])).Add(
                id, new Entry(Encoding.UTF8.GetString(reader[2]), Encoding.UTF8.GetString(reader[3]), reader[4].SequenceEqual("yes"u8)));
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
            foreach ((string file, int id, (string name, string nature, bool present)) in Ordered())
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
            if (!_files.TryGetValue(identity.File, out Dictionary<int, Entry>? entries) || !entries.TryGetValue(identity.Id, out Entry known))
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
        foreach (Dictionary<int, Entry> entries in _files.Values)
        {
            foreach (int id in entries.Keys)
            {
                CollectionsMarshal.GetValueRefOrNullRef(entries, id).Present = false;
            }
        }

        foreach (CarrierIdentity identity in identities)
        {
            EntriesOf(identity.File)[identity.Id] = new Entry(identity.Name, identity.Nature, Present: true);
        }
    }

    private Dictionary<int, Entry> EntriesOf(string file)
    {
        if (!_files.TryGetValue(file, out Dictionary<int, Entry>? entries))
        {
            _files.Add(file, entries = []);
        }

        return entries;
    }

    private IEnumerable<(string File, int Id, Entry Entry)> Ordered() =>
        _files.SelectMany(static file => file.Value.OrderBy(static entry => entry.Key).Select(entry => (file.Key, entry.Key, entry.Value)));

    private record struct Entry(string Name, string Nature, bool Present);

    private static string Described(string name, string nature) => name.Length == 0 ? nature : $"{Shown.Text(name)}, {nature}";

    private static ConfigError Error(CarrierIdentity identity, string what) =>
        new(identity.File, identity.Line, "id", $"'{identity.Id}' {what}: an id is never used for another thing, take a new one");
}
