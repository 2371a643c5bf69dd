using System.Text;

namespace Perimeter.Csv;

/// <summary>The names in the first row of a file, and what columns they name.</summary>
public sealed class CsvHeader
{
    private readonly string[] _names;

    private CsvHeader(string[] names) => _names = names;

    /// <summary>As written, without spaces around.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Takes the row that the reader stands on as the header.</summary>
    public static CsvHeader From(CsvReader reader)
    {
        string[] names = new string[reader.ColumnCount];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetString(reader[i]).Trim();
        }

        return new CsvHeader(names);
    }

    /// <summary>What two spellings of one name have in common: letters and digits, in lower case. "Effective Date", "effective_date" and "EffectiveDate" are one name.</summary>
    public static string Normalize(string name)
    {
        var normal = new StringBuilder(name.Length);
        foreach (char c in name)
        {
            if (char.IsLetterOrDigit(c) || c is '#' or '/')
            {
                normal.Append(char.ToLowerInvariant(c));
            }
        }

        return normal.ToString();
    }
}
