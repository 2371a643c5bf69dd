using System.Globalization;

namespace Perimeter.Config.Tests;

/// <summary>A carrier folder in the file system, good unless a test makes it otherwise; gone when the test is done.</summary>
public sealed class CarrierDirectory : IDisposable
{
    private static readonly Dictionary<string, string> Good = new()
    {
        ["relationships.csv"] = "id,name,time_zone\n1,Acme,America/New_York\n2,Baltic,Europe/Riga\n",
        ["trunk_groups.csv"] =
            "id,name,relationship,direction,relation,tech_prefix\n1,Acme in,Acme,termination,customer,\n2,Baltic out,Baltic,termination,vendor,7788#\n",
        ["trunks.csv"] = "id,name,trunk_group,address,port\n1,acme-1,Acme in,192.0.2.1,5060\n2,baltic-1,Baltic out,192.0.2.2,5060\n",
        ["decks.csv"] =
            """
            id,name,direction,relation,type,files
            1,Acme A-Z,termination,customer,international-dialed,decks/acme.csv
            2,Baltic A-Z,termination,vendor,international-dialed,decks/baltic.csv

            """,
        ["assignments.csv"] = "id,trunk_group,class,deck\n1,Acme in,international,Acme A-Z\n2,Baltic out,international,2\n",
        ["decks/acme.csv"] = "code,destination,rate,effective_date\n44,United Kingdom,0.02,\n371,Latvia,0.05,2026-03-08\n",
        ["decks/baltic.csv"] = "code,destination,rate\n44,United Kingdom,0.01\n3712,Latvia Mobile,0.04\n",
    };

    public CarrierDirectory()
    {
        foreach ((string file, string content) in Good)
        {
            Write(file, content);
        }
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "carrier-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));

    public void Write(string file, string content)
    {
        string place = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, content);
    }

    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public void Append(string file, string content) => File.AppendAllText(Path.Combine(Folder, file), content);

    public void Delete(string file) => File.Delete(Path.Combine(Folder, file));

    /// <summary>Takes over the files of a golden case: "file: NAME" and its lines, "-" for one taken away.</summary>
    public void Apply(string content)
    {
        foreach (string part in content.Split("file: ", StringSplitOptions.RemoveEmptyEntries))
        {
            int end = part.IndexOf('\n', StringComparison.Ordinal);
            string file = part[..end];
            string text = part[(end + 1)..];
            if (text == "-\n")
            {
                Delete(file);
            }
            else
            {
                Write(file, text);
            }
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
