using System.Text.RegularExpressions;

namespace Perimeter.Oracle;

/// <summary>Numbers as a trunk group writes them, brought to E.164 without "+". What is none in the end is returned as it is, and no rule takes it.</summary>
internal static class WrittenNumber
{
    private const int Longest = 128;
    private const int LongestShortNumber = 4;

    /// <summary>What side A dialled.</summary>
    public static string Dialled(string number, Group? group, long t) => InForm(Manipulated(WithoutTechPrefix(number, group), group, "dnis", t), group);

    /// <summary>The calling number of side A.</summary>
    public static string Calling(string number, Group? group, long t) => number.Length == 0 ? "" : InForm(Manipulated(number, group, "ani", t), group);

    public static string DialledAsSent(string number, Group? group) => InForm(WithoutTechPrefix(number, group), group);

    public static string CallingAsSent(string number, Group? group) => InForm(number, group);

    /// <summary>An LRN may lack its country code; a "+" says that it is there.</summary>
    public static string Lrn(string number) => number.StartsWith('+') ? number[1..] : number.Length == 10 ? "1" + number : number;

    public static bool IsValid(string number) => number.Length is >= 1 and <= 15 && number.All(char.IsAsciiDigit) && number[0] != '0';

    private static string WithoutTechPrefix(string number, Group? group) =>
        group is not null && group.TechPrefix.Length > 0 && number.StartsWith(group.TechPrefix, StringComparison.Ordinal) ? number[group.TechPrefix.Length..] : number;

    private static string Manipulated(string number, Group? group, string header, long t)
    {
        if (group is null || number.Length > Longest)
        {
            return number;
        }

        foreach (Manipulation manipulation in group.Manipulations
            .Where(manipulation => manipulation.Header == header && manipulation.InForce.Contains(t))
            .OrderBy(manipulation => manipulation.Place).ThenBy(manipulation => manipulation.Id))
        {
            number = Regex.Replace(number, manipulation.Search, manipulation.Replace, RegexOptions.CultureInvariant);
            if (number.Length > Longest)
            {
                return "";
            }
        }

        return number;
    }

    private static string InForm(string number, Group? group)
    {
        if (number.StartsWith('+'))
        {
            return number[1..];
        }

        return group?.Numbering switch
        {
            "nanp" => number.StartsWith("011", StringComparison.Ordinal) ? number[3..] : number.Length == 10 ? "1" + number : number,
            "national" => FromNational(number, group),
            _ => number,
        };
    }

    private static string FromNational(string number, Group group)
    {
        if (number.StartsWith(group.InternationalPrefix, StringComparison.Ordinal))
        {
            return number[group.InternationalPrefix.Length..];
        }

        if (group.NationalPrefix.Length == 0)
        {
            return number.Length > LongestShortNumber ? group.CountryCode + number : number;
        }

        string rest = number.StartsWith(group.NationalPrefix, StringComparison.Ordinal) ? number[group.NationalPrefix.Length..] : "";
        return number.StartsWith(group.NationalPrefix, StringComparison.Ordinal) ? (rest.Length == 0 ? "" : group.CountryCode + rest) : number;
    }
}
