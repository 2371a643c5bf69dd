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

    private static readonly UsStyle UsStandard = new("us-standard", 112, 150, "6/6", false, false, true, [], []);
    private static readonly UsStyle UsContactCenter = new("us-contact-center", 110, 140, "30/6", false, true, false, [], ["787", "939", "340"]);
    private static readonly UsStyle UsMountain = new("us-mountain-vendor", 80, 104, "6/6", true, false, false, ["907", "808"], []);
    private static readonly UsStyle UsContinental = new("us-continental-vendor", 84, 106, "1/1", false, false, false, [], []);

    public static void Write(string dataFolder, string carrierFolder)
    {
        Numbering numbering = new(dataFolder);
        string decks = Path.Combine(carrierFolder, "decks");
        Directory.CreateDirectory(decks);
        File(carrierFolder, "settings.csv", Carrier.Settings);
        File(carrierFolder, "relationships.csv", Carrier.Relationships);
        File(carrierFolder, "trunk_groups.csv", Carrier.TrunkGroups);
        File(carrierFolder, "trunks.csv", Carrier.Trunks());
        File(carrierFolder, "manipulations.csv", Carrier.Manipulations);
        File(carrierFolder, "numbering.csv", new OwnNumbers(numbering).Rows());
        File(carrierFolder, "reference.csv", new ReferenceRows(numbering).Rows());
        File(carrierFolder, "decks.csv", CarrierDecks.Decks);
        File(carrierFolder, "assignments.csv", CarrierDecks.Assignments());
        File(carrierFolder, "exchange_rates.csv", CarrierDecks.ExchangeRates);
        foreach (AzStyle style in (AzStyle[])[Premium, Standard, Euro, Africa, East, Europe])
        {
            File(decks, style.Name + ".csv", new AzDeck(style, numbering).Rows());
        }

        File(decks, "az-standard-september.csv", AzDeck.Amendments(Standard, numbering));
        foreach (UsStyle style in (UsStyle[])[UsStandard, UsContactCenter, UsMountain, UsContinental])
        {
            File(decks, style.Name + ".csv", new UsDeck(style, numbering).Rows());
        }

        File(decks, "emergency.csv", CarrierDecks.EmergencyDeck);
        File(decks, "emergency-vendor.csv", CarrierDecks.EmergencyVendorDeck);
        WriteDecksByOriginAndReference(decks, numbering);
        WriteDecksOfNumbers(decks, numbering);
    }

    private static void WriteDecksByOriginAndReference(string decks, Numbering numbering)
    {
        File(decks, "az-origin.csv", new OriginDeck("az-origin", 122, numbering).Rows());
        File(decks, "az-origin-vendor.csv", new OriginDeck("az-origin-vendor", 96, numbering).Rows());
        File(decks, "us-lata-vendor.csv", ReferenceDecks.LataOcn(numbering));
        File(decks, "us-local-vendor.csv", ReferenceDecks.Local(numbering));
        File(decks, "us-peering.csv", ReferenceDecks.Peering());
    }

    private static void WriteDecksOfNumbers(string decks, Numbering numbering)
    {
        File(decks, "did-standard.csv", NumberDecks.Tiers("did-standard", 140, 95, "60/60"));
        File(decks, "did-value.csv", NumberDecks.Tiers("did-value", 125, 60, "6/6"));
        File(decks, "did-mountain.csv", NumberDecks.Tiers("did-mountain", 75, 25, "6/6"));
        File(decks, "did-world.csv", NumberDecks.DidsAbroad("did-world", 150));
        File(decks, "did-euroroute.csv", NumberDecks.DidsAbroad("did-euroroute", 88));
        File(decks, "tollfree-standard.csv", NumberDecks.ByCaller("tollfree-standard", 165, numbering));
        File(decks, "tollfree-flat.csv", NumberDecks.Flat(19_500, ""));
        File(decks, "tollfree-mountain.csv", NumberDecks.ByCaller("tollfree-mountain", 92, numbering));
        File(decks, "freephone-world.csv", NumberDecks.FreephonesAbroad("freephone-world", 160));
        File(decks, "freephone-euroroute.csv", NumberDecks.FreephonesAbroad("freephone-euroroute", 90));

        // The owner of a toll-free number pays for calls to it: what vendors pay us is passed on to customers in part.
        File(decks, "tollfree-outbound.csv", NumberDecks.Flat(-2_500, "1"));
        File(decks, "tollfree-outbound-vendor.csv", NumberDecks.Flat(-4_000, ""));
    }

    /// <summary>UTF-8 without a mark, lines ending in LF on every system.</summary>
    private static void File(string folder, string name, IEnumerable<string> lines) =>
        System.IO.File.WriteAllText(Path.Combine(folder, name), string.Join('\n', lines) + "\n", new UTF8Encoding(false));
}
