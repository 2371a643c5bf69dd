using System.Net;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <content>Cells that only carrier folders have.</content>
internal sealed partial class CarrierReader
{
    private const int MaxTechPrefixLength = 15;
    private const int MaxPlace = 1000;
    private const int MaxLongestSeconds = (int)(CallEvent.MaxDurationMs / 1000);
    private const int MaxAddressBytes = 253;

    private static readonly IReadOnlyList<(string Word, string Value)> Protocols =
        [("udp", "udp"), ("tcp", "tcp"), ("tls", "tls"), ("ws", "ws"), ("wss", "wss")];

    private static bool TryCurrency(TableReader table, int field, CurrencyCode absent, out CurrencyCode currency)
    {
        currency = absent;
        ReadOnlySpan<byte> text = table[field];
        if (text.IsEmpty)
        {
            return true;
        }

        if (CurrencyCode.TryParse(Encoding.UTF8.GetString(text), out CurrencyCode read))
        {
            currency = read;
            return true;
        }

        table.Fail(field, $"{Shown.Text(text)} is not a currency: write three capital letters, as in EUR");
        return false;
    }

    private static string TimeZoneOf(TableReader table, int field, string absent)
    {
        string text = Encoding.UTF8.GetString(table[field]);
        if (text.Length == 0)
        {
            return absent;
        }

        if (DateReader.IsTimeZone(text))
        {
            return text;
        }

        table.Fail(field, $"{Shown.Text(text)} is not a time zone: write a name of the IANA list, as in America/New_York");
        return absent;
    }

    private static string TechPrefixOf(TableReader table)
    {
        ReadOnlySpan<byte> text = table[(int)TrunkGroupColumn.TechPrefix];
        if (text.Length <= MaxTechPrefixLength && text.IndexOfAnyExcept("0123456789*#"u8) < 0)
        {
            return Encoding.UTF8.GetString(text);
        }

        table.Fail((int)TrunkGroupColumn.TechPrefix, $"{Shown.Text(text)} is not up to {MaxTechPrefixLength} of 0-9, * and #");
        return "";
    }

    /// <summary>The prefixes of a national form; null, and an error for each cell that is filled, where the group's numbers are not in one.</summary>
    private static NationalForm? NationalFormOf(TableReader table, NumberingForm form)
    {
        const string usual = "00";
        if (form != NumberingForm.National)
        {
            foreach (TrunkGroupColumn column in (TrunkGroupColumn[])[TrunkGroupColumn.CountryCode, TrunkGroupColumn.NationalPrefix, TrunkGroupColumn.InternationalPrefix])
            {
                if (!table[(int)column].IsEmpty)
                {
                    table.Fail((int)column, "belongs to the numbering national, which this group does not have");
                }
            }

            return null;
        }

        string countryCode = DigitsOf(table, TrunkGroupColumn.CountryCode, NationalForm.MaxCountryCodeDigits);
        if (table[(int)TrunkGroupColumn.CountryCode].IsEmpty || countryCode.StartsWith('0'))
        {
            table.Fail((int)TrunkGroupColumn.CountryCode, "the numbering national needs a country code, such as 44, which does not begin with 0");
        }

        string international = DigitsOf(table, TrunkGroupColumn.InternationalPrefix, NationalForm.MaxPrefixDigits);
        NationalForm national = new(
            countryCode, DigitsOf(table, TrunkGroupColumn.NationalPrefix, NationalForm.MaxPrefixDigits), international.Length == 0 ? usual : international);
        if (national.HidesNationalNumbers)
        {
            table.Fail((int)TrunkGroupColumn.NationalPrefix, $"{Shown.Text(national.NationalPrefix)} begins with the international prefix {national.InternationalPrefix}, so that no number would be a national one");
        }

        return national;
    }

    /// <summary>Up to so many digits, or nothing; "" where the cell is wrong.</summary>
    private static string DigitsOf(TableReader table, TrunkGroupColumn column, int most)
    {
        ReadOnlySpan<byte> text = table[(int)column];
        if (text.Length <= most && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            return Encoding.ASCII.GetString(text);
        }

        table.Fail((int)column, $"{Shown.Text(text)} is not up to {most} digits");
        return "";
    }

    /// <summary>Addresses in one spelling, so that an event's address can be compared byte by byte.</summary>
    private static string AddressOf(TableReader table)
    {
        if (table.FailEmpty((int)TrunkColumn.Address) || !table.TryText((int)TrunkColumn.Address, MaxAddressBytes, out ReadOnlySpan<byte> text))
        {
            return "";
        }

        string address = Encoding.UTF8.GetString(text);
        bool looksNumeric = address.Contains(':', StringComparison.Ordinal) || text.IndexOfAnyExcept("0123456789."u8) < 0;
        if (looksNumeric && IPAddress.TryParse(address, out IPAddress? ip) && (address.Contains(':', StringComparison.Ordinal) || text.Count((byte)'.') == 3))
        {
            return ip.ToString();
        }

        if (looksNumeric || Uri.CheckHostName(address) != UriHostNameType.Dns)
        {
            table.Fail((int)TrunkColumn.Address, $"{Shown.Text(text)} is neither an IP address nor a host name");
            return "";
        }

        return address.ToLowerInvariant();
    }

    private static ExchangeRate ExchangeRateOf(TableReader table)
    {
        const int limit = 1_000_000;
        if (table.FailEmpty((int)ExchangeRateColumn.Rate) || !table.TryDecimal((int)ExchangeRateColumn.Rate, ExchangeRate.Scale, limit, out long? picos))
        {
            return ExchangeRate.One;
        }

        if (picos <= 0)
        {
            table.Fail((int)ExchangeRateColumn.Rate, $"{Shown.Text(table[(int)ExchangeRateColumn.Rate])} is not above 0");
        }

        return new ExchangeRate(picos ?? 0);
    }

    private DateReader DatesIn(string timeZone)
    {
        if (!_dates.TryGetValue(timeZone, out DateReader? dates))
        {
            _dates.Add(timeZone, dates = new DateReader(timeZone));
        }

        return dates;
    }

    /// <summary>Dates by the clock of a Relationship; by the system's where it is not known.</summary>
    private DateReader DatesOf(int relationship) => DatesIn(relationship < 0 ? _systemTimeZone : _relationships[relationship].TimeZone);

    private int RelationshipOf(int trunkGroup) => trunkGroup < 0 ? -1 : _relationshipRows.ById(_trunkGroups[trunkGroup].Relationship.Value);
}
