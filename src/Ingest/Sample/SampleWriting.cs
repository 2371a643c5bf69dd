using System.Text.RegularExpressions;
using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>How a group writes numbers: in its form, and in what its manipulations mend.</summary>
internal sealed class SampleWriting
{
    private const string ProbeAbroad = "442079460000";
    private const string ProbeOfUs = "12125550100";

    private static readonly string[] Additions = ["00", "*67", "810", "*67810"];

    private readonly TrunkGroupConfig _group;
    private readonly ManipulationConfig[] _ofAni;

    /// <summary>What may stand in front of a number, because the group's manipulations take it off.</summary>
    private readonly string[] _additions;

    /// <summary>The 1 in front of US numbers may be left out, because a manipulation puts it back.</summary>
    private readonly bool _mayLeaveOutOne;

    /// <param name="manipulations">Those of the group. When they are in force is not looked at: before that, what is written is no number, as it happens.</param>
    public SampleWriting(TrunkGroupConfig group, IEnumerable<ManipulationConfig> manipulations)
    {
        _group = group;
        ManipulationConfig[] ordered = [.. manipulations.OrderBy(manipulation => manipulation.Place).ThenBy(manipulation => manipulation.Id)];
        ManipulationConfig[] ofDnis = [.. ordered.Where(manipulation => manipulation.Header == NumberHeader.Dnis)];
        _ofAni = [.. ordered.Where(manipulation => manipulation.Header == NumberHeader.Ani)];
        _additions = [.. Additions.Where(addition => Mended(ofDnis, addition + ProbeAbroad) == ProbeAbroad)];
        _mayLeaveOutOne = Mended(ofDnis, ProbeOfUs[1..]) == ProbeOfUs;
    }

    public string Dialled(ref SampleDice dice, string number)
    {
        string prefix = _group.TechPrefix;
        if (number == "911" || !IsDigits(number) || number[0] == '0')
        {
            return prefix + number;
        }

        if (_group.Form != NumberingForm.E164)
        {
            return IsOfUs(number) && dice.Happens(3_000) && _group.Form == NumberingForm.Nanp ? prefix + number : prefix + InForm(number);
        }

        if (_additions.Length > 0 && dice.Happens(3_000))
        {
            return prefix + dice.Of(_additions) + number;
        }

        if (_mayLeaveOutOne && IsOfUs(number) && dice.Happens(6_000))
        {
            return prefix + number[1..];
        }

        return prefix.Length == 0 && dice.Happens(2_000) ? "+" + number : prefix + number;
    }

    public string Calling(ref SampleDice dice, string number)
    {
        if (!IsDigits(number) || number[0] == '0')
        {
            return number;
        }

        if (_group.Form != NumberingForm.E164)
        {
            return _group.Form == NumberingForm.National || IsOfUs(number) ? InForm(number) : number;
        }

        if (_ofAni.Length > 0 && number.Length > 4 && dice.Happens(7_000))
        {
            string withoutCountry = number[3..];
            return Mended(_ofAni, withoutCountry) == number ? withoutCountry : number;
        }

        return number;
    }

    /// <summary>What is sent to the group, behind its tech prefix.</summary>
    public string Sent(string number) => _group.TechPrefix + (number == "911" || !IsDigits(number) ? number : InForm(number));

    public string CallingSent(string number) => IsDigits(number) && (IsOfUs(number) || _group.Form == NumberingForm.National) ? InForm(number) : number;

    public static bool IsOfUs(string number) => number.Length == 11 && number[0] == '1' && IsDigits(number);

    private string InForm(string number) => (_group.Form, _group.National) switch
    {
        (NumberingForm.Nanp, _) => IsOfUs(number) ? number[1..] : "011" + number,
        (NumberingForm.National, { } form) => number.StartsWith(form.CountryCode, StringComparison.Ordinal)
            ? form.NationalPrefix + number[form.CountryCode.Length..]
            : form.InternationalPrefix + number,
        _ => number,
    };

    private static string Mended(ManipulationConfig[] manipulations, string number)
    {
        foreach (ManipulationConfig manipulation in manipulations)
        {
            number = Regex.Replace(number, manipulation.Search, manipulation.Replace, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }

        return number;
    }

    private static bool IsDigits(string number) => number.Length > 0 && !number.AsSpan().ContainsAnyExceptInRange('0', '9');
}
