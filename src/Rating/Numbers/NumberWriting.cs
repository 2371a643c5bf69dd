using System.Text;
using Perimeter.Domain;

namespace Perimeter.Rating.Numbers;

/// <summary>How numbers are written, ready to read them by.</summary>
internal sealed class NumberWriting
{
    private const int NanpDigits = 10;

    private readonly byte[] _internationalPrefix;
    private readonly byte[] _nationalPrefix;
    private readonly byte[] _countryCode;

    /// <summary>Numbers with none of the prefixes gain the country code where they have from so many digits to so many.</summary>
    private readonly int _leastDigits;
    private readonly int _mostDigits;

    private NumberWriting(string internationalPrefix, string nationalPrefix, string countryCode, int leastDigits, int mostDigits)
    {
        _internationalPrefix = Encoding.ASCII.GetBytes(internationalPrefix);
        _nationalPrefix = Encoding.ASCII.GetBytes(nationalPrefix);
        _countryCode = Encoding.ASCII.GetBytes(countryCode);
        _leastDigits = leastDigits;
        _mostDigits = mostDigits;
    }

    public static NumberWriting E164 { get; } = new("", "", "", 1, 0);

    /// <summary>What US decks allow ANI and LRN to be: 10 digits or 11.</summary>
    public static NumberWriting TenDigits { get; } = new("", "", "1", NanpDigits, NanpDigits);

    public static NumberWriting Nanp { get; } = new("011", "", "1", NanpDigits, NanpDigits);

    /// <summary>Falls, and leaves a number in E.164; empty where there is none.</summary>
    public ReadOnlySpan<byte> InternationalPrefix => _internationalPrefix;

    /// <summary>Falls for the country code; empty where there is none.</summary>
    public ReadOnlySpan<byte> NationalPrefix => _nationalPrefix;

    public ReadOnlySpan<byte> CountryCode => _countryCode;

    public static NumberWriting Of(TrunkGroupConfig group) => (group.Form, group.National) switch
    {
        (NumberingForm.Nanp, _) => Nanp,
        (NumberingForm.National, { NationalPrefix: "" } form) =>
            new NumberWriting(form.InternationalPrefix, "", form.CountryCode, NationalForm.MaxShortNumberDigits + 1, Domain.E164.MaxDigits),
        (NumberingForm.National, { } form) => new NumberWriting(form.InternationalPrefix, form.NationalPrefix, form.CountryCode, 1, 0),
        _ => E164,
    };

    /// <summary>Whether a number of so many digits, behind none of the prefixes, is one of this country without its code.</summary>
    public bool GainsCountryCode(int digits) => digits >= _leastDigits && digits <= _mostDigits;
}
