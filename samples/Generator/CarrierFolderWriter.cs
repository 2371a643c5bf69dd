using System.Text;

namespace Perimeter.Generator;

/// <summary>Writes the whole sample carrier into a folder.</summary>
public static class CarrierFolderWriter
{
    private static readonly AzStyle Premium = new("az-premium", 114, 138, 0, 6, "1/1", 8, [], ["Cuba", "Somalia"]);
    private static readonly AzStyle Standard = new("az-standard", 108, 127, 0, 4, "30/6", 20, [], ["Cuba", "Tunisia"]);
    private static readonly AzStyle Euro = new("az-euro", 110, 130, 86, 5, "60/1", 25, ["Tokelau"], ["Somalia"]);
    private static readonly AzStyle Africa = new("az-africa-vendor", 86, 106, 0, 6, "6/6", 6, ["Samoa", "Fiji"], ["Sudan", "Maldives"]);
    private static readonly AzStyle East = new("az-east-vendor", 88, 104, 0, 6, "1/1", 0, ["Iceland", "Greenland"], ["Tuvalu", "Chad"]);
    private static readonly AzStyle Europe = new("az-europe-vendor", 87, 105, 86, 6, "60/60", 10, ["Nauru", "Niue"], ["Libya", "Yemen"]);

    private static readonly UsStyle UsStandard = new("us-standard", 112, 150, "6/6", false, false, [], []);
    private static readonly UsStyle UsContactCenter = new("us-contact-center", 110, 140, "30/6", false, true, [], ["787", "939", "340"]);
    private static readonly UsStyle UsMountain = new("us-mountain-vendor", 80, 104, "6/6", true, false, ["907", "808"], []);
    private static readonly UsStyle UsContinental = new("us-continental-vendor", 84, 106, "1/1", false, false, [], []);

    public static void Write(string dataFolder, string carrierFolder)
    {
        Numbering numbering = new(dataFolder);
        string decks = Path.Combine(carrierFolder, "decks");
        Directory.CreateDirectory(decks);
        File(carrierFolder, "settings.csv", Carrier.Settings);
        File(carrierFolder, "relationships.csv", Carrier.Relationships);
        File(carrierFolder, "trunk_groups.csv", Carrier.TrunkGroups);
        File(carrierFolder, "trunks.csv", Carrier.Trunks());
        File(carrierFolder, "decks.csv", Carrier.Decks);
        File(carrierFolder, "assignments.csv", Carrier.Assignments());
        File(carrierFolder, "exchange_rates.csv", Carrier.ExchangeRates);
        foreach (AzStyle style in (AzStyle[])[Premium, Standard, Euro, Africa, East, Europe])
        {
            File(decks, style.Name + ".csv", new AzDeck(style, numbering).Rows());
        }

        File(decks, "az-standard-september.csv", AzDeck.Amendments(Standard, numbering));
        foreach (UsStyle style in (UsStyle[])[UsStandard, UsContactCenter, UsMountain, UsContinental])
        {
            File(decks, style.Name + ".csv", new UsDeck(style, numbering).Rows());
        }

        File(decks, "emergency.csv", Carrier.EmergencyDeck);
        File(decks, "emergency-vendor.csv", Carrier.EmergencyVendorDeck);
    }

    /// <summary>UTF-8 without a mark, lines ending in LF on every system.</summary>
    private static void File(string folder, string name, IEnumerable<string> lines) =>
        System.IO.File.WriteAllText(Path.Combine(folder, name), string.Join('\n', lines) + "\n", new UTF8Encoding(false));
}
