using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>Reference data as read: the good rows, in the order of the file, and all that was wrong with the others.</summary>
/// <param name="Notes">What was passed over without harm: columns with unknown names.</param>
public sealed record ReferenceFile(IReadOnlyList<ReferenceRow> Rows, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Notes)
{
    private static readonly IReadOnlyDictionary<string, string> NoMap = new Dictionary<string, string>();

    /// <summary>Each column with its own name first and then the other names it is known by.</summary>
    public static IReadOnlyList<TableField> Fields { get; } =
    [
        new(["npanxx", "npa_nxx", "npanxxx", "npanxx_x", "code", "prefix"], Required: true),
        new(["region", "state", "province"]),
        new(["lata"]),
        new(["ocn"]),
        new(["rate_center", "rate_centre", "ratecenter", "ratecentre", "rc"]),
        new(["effective_date", "effective"]),
        new(["expiration_date", "expiration"]),
    ];

    private enum Column { Npanxx, Region, Lata, Ocn, RateCenter, Effective, Expiration }

    /// <summary>Reads CSV whose first row names the columns.</summary>
    /// <param name="fileName">As errors are to name the file.</param>
    /// <param name="timeZone">Of dates without a time: an IANA name.</param>
    public static ReferenceFile Read(Stream stream, string fileName, string timeZone)
    {
        List<ReferenceRow> rows = [];
        List<ConfigError> errors = [];
        List<ConfigError> notes = [];
        DateReader dates = new(timeZone);
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        TableReader table = new(stream, fileName, Fields, NoMap, errors.Add, notes.Add);
        while (table.NextRow())
        {
            E164 code = CodeOf(table);
            string region = RegionOf(table);
            Lata lata = LataOf(table, (int)Column.Lata);
            Ocn ocn = OcnOf(table, (int)Column.Ocn);
            table.TryText((int)Column.RateCenter, ReferenceRow.MaxRateCenterBytes, out ReadOnlySpan<byte> rateCenter);
            string name = Shared(names, Encoding.UTF8.GetString(rateCenter));
            Interval inForce = table.ReadInterval((int)Column.Effective, (int)Column.Expiration, dates);
            if (table.RowIsGood)
            {
                rows.Add(new ReferenceRow(code, Shared(names, region), lata, ocn, name, inForce, checked((int)table.Line)));
            }
        }

        return new ReferenceFile(rows, errors, notes);
    }

    internal static Lata LataOf(TableReader table, int field)
    {
        ReadOnlySpan<byte> text = table[field];
        if (!Lata.TryParse(text, out Lata lata) && !text.IsEmpty)
        {
            table.Fail(field, $"{Shown.Text(text)} is not a LATA of 1 to {Lata.MaxDigits} digits");
        }

        return lata;
    }

    internal static Ocn OcnOf(TableReader table, int field)
    {
        ReadOnlySpan<byte> text = table[field];
        if (!Ocn.TryParse(text, out Ocn ocn) && !text.IsEmpty)
        {
            table.Fail(field, $"{Shown.Text(text)} is not an OCN of up to {Ocn.Length} letters and digits");
        }

        return ocn;
    }

    private static E164 CodeOf(TableReader table)
    {
        ReadOnlySpan<byte> text = table[(int)Column.Npanxx];
        if (table.FailEmpty((int)Column.Npanxx))
        {
            return default;
        }

        if (E164.TryParse(text, out E164 code))
        {
            E164 national = code[0] == 1 ? code.Skip(1) : code;
            if (national.Length is 6 or 7 && national[0] >= 2 && national[3] >= 2)
            {
                return national.Prepend(1);
            }
        }

        table.Fail((int)Column.Npanxx, $"{Shown.Text(text)} is not an NPANXX or NPANXX-X: 6 or 7 digits after a leading 1 or not, NPA and NXX from 200");
        return default;
    }

    private static string RegionOf(TableReader table)
    {
        ReadOnlySpan<byte> text = table[(int)Column.Region];
        if (text.IsEmpty || (text.Length == 2 && char.IsAsciiLetter((char)text[0]) && char.IsAsciiLetter((char)text[1])))
        {
            return Encoding.ASCII.GetString(text).ToUpperInvariant();
        }

        table.Fail((int)Column.Region, $"{Shown.Text(text)} is not a state, province or territory: write its two letters, as in NJ");
        return "";
    }

    /// <summary>Thousands of rows name one rate centre: one string for all of them.</summary>
    private static string Shared(Dictionary<string, string> names, string name)
    {
        if (names.TryGetValue(name, out string? known))
        {
            return known;
        }

        names.Add(name, name);
        return name;
    }
}
