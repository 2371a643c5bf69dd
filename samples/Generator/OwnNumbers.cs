using System.Globalization;

namespace Perimeter.Generator;

/// <summary>The numbers of the carrier's own: DIDs in seven tiers in the US and Canada, DIDs and freephone numbers abroad, toll-free numbers.</summary>
internal sealed class OwnNumbers(Numbering numbering)
{
    private const int Dids = 4_000;
    private const int ForeignDids = 1_400;
    private const int TollFrees = 600;
    private const int Freephones = 250;

    private static readonly string[] TollFreeNpas = ["800", "833", "844", "855", "866", "877", "888"];

    // The last of each has no code in the decks of numbers abroad.
    private static readonly string[] ForeignAreas = ["4420", "44161", "331", "4930", "4989", "3851", "38521", "35121", "3905", "37167"];
    private static readonly string[] FreephoneAreas = ["44800", "49800", "33805", "385800", "371800"];
    private static readonly string[] Tags = ["", "", "", "Head office", "Campaign 12", "Fax", "Support line"];

    private readonly List<string> _rows = ["id,number,type,customer_tier,vendor_tier,tag,effective_date,expiration_date"];
    private readonly HashSet<string> _seen = [];

    public IEnumerable<string> Rows()
    {
        Add("did", Dids, i => $"1{numbering.Exchanges[Draw.Below(numbering.Exchanges.Count, "did exchange", Text(i / 4))].Npanxx}{Digits(4, "did", i)}");
        Add("did", ForeignDids, i => $"{Of(ForeignAreas, i)}{Digits(7, "did abroad", i)}");
        Add("toll-free", TollFrees, i => $"1{Of(TollFreeNpas, i)}{Draw.Between(2, 9, "nxx", Text(i))}{Digits(6, "toll-free", i)}");
        Add("toll-free", Freephones, i => $"{Of(FreephoneAreas, i)}{Digits(6, "freephone", i)}");
        return _rows;
    }

    private void Add(string type, int count, Func<int, string> make)
    {
        for (int i = 0; i < count; i++)
        {
            string number = make(i);
            if (_seen.Add(number))
            {
                Periods(type, number);
            }
        }
    }

    /// <summary>Most numbers are active all the time; some change tier, go or come while the sample's calls are made, and some went before.</summary>
    private void Periods(string type, string number)
    {
        string tag = Tags[Draw.Below(Tags.Length, "tag", number)];
        bool hasTiers = type == "did" && number[0] == '1';
        int tier = Draw.Between(1, 7, "tier", number);
        string vendorTier = hasTiers ? Text(Math.Clamp(tier + Draw.Between(-1, 1, "vendor tier", number), 1, 7)) : "";
        string customerTier = hasTiers && Draw.Below(100, "no tier", number) > 0 ? Text(tier) : "";
        void Row(string customer, string effective, string expiration) =>
            _rows.Add($"{_rows.Count},{number},{type},{customer},{vendorTier},{tag},{effective},{expiration}");
        switch (Draw.Below(1_000, "period", number))
        {
            case < 40:
                Row(customerTier, "2025-01-01", "2026-09-14");
                Row(hasTiers ? Text(8 - tier) : "", "2026-09-15", "");
                break;
            case < 60:
                Row(customerTier, "2025-01-01", "2026-08-31");
                break;
            case < 75:
                Row(customerTier, "2025-01-01", "2026-09-15T15:00:00Z");
                break;
            case < 90:
                Row(customerTier, "2026-09-15T09:30:00Z", "");
                break;
            default:
                Row(customerTier, "2025-01-01", "");
                break;
        }
    }

    private static string Of(string[] choices, int i) => choices[i % choices.Length];

    private static string Digits(int count, string name, int i)
    {
        int below = (int)Math.Pow(10, count);
        return Draw.Below(below, name, Text(i)).ToString(CultureInfo.InvariantCulture).PadLeft(count, '0');
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
