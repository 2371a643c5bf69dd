using System.Globalization;
using System.Text;
using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>Decks and calls as a person would write them, with every worked number of rating.md.</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("worked")]
    [InlineData("dates")]
    [InlineData("us")]
    [InlineData("terms")]
    [InlineData("origin")]
    [InlineData("tollfree")]
    [InlineData("tollfree-flat")]
    [InlineData("lata-ocn")]
    [InlineData("local")]
    [InlineData("peering")]
    [InlineData("us-reference")]
    public void Every_call_of_the_file_comes_to_what_the_file_says(string name)
    {
        RateDeckConfig deck = ReadDeck($"{name}.deck.csv");
        OneDeckRater rater = TestDecks.Compile(deck, ReadReference($"{name}.deck.csv"));
        List<string> wrong = [];
        foreach (GoldenRow call in GoldenFile.Read($"{name}.calls.csv").Rows)
        {
            RatedSide side = rater.Rate(
                call["dnis"], call["duration_ms"].Length == 0 ? null : long.Parse(call["duration_ms"], CultureInfo.InvariantCulture),
                call["setup"].Length == 0 ? TestDecks.At("2026-01-15") : TestDecks.At(call["setup"]), call["ani"], call["lrn"], call["dnis_sent"], call["oli"]);
            Dictionary<string, string> got = new()
            {
                ["outcome"] = side.Outcome.ToString(),
                ["code"] = side.DeckRow < 0 ? "" : deck.Rows[side.DeckRow].CodeText,
                ["jurisdiction"] = side.Jurisdiction.ToString(),
                ["seconds"] = side.Seconds.ToString(CultureInfo.InvariantCulture),
                ["billed_seconds"] = side.BilledSeconds.ToString(CultureInfo.InvariantCulture),
                ["rate"] = side.Rate.ToString(),
                ["charge"] = side.Charge.ToString(),
            };
            wrong.AddRange(got.Where(cell => call.Has(cell.Key) && call[cell.Key] != cell.Value)
                .Select(cell => $"{call.Place}: {cell.Key} is {cell.Value}, not {call[cell.Key]}"));
        }

        Assert.Empty(wrong);
    }

    private static List<ReferenceRow> ReadReference(string deck)
    {
        string? name = GoldenFile.Read(deck).Settings.GetValueOrDefault("reference");
        return name is null
            ? []
            : [.. GoldenFile.Read($"{name}.reference.csv").Rows.Select(static row => new ReferenceRow(
                E164.Parse("1" + row["npanxx"]), row["region"], LataOf(row), OcnOf(row), row["rate_center"], InForceOf(row), row.Line))];
    }

    private static Lata LataOf(GoldenRow row) => Lata.TryParse(Encoding.ASCII.GetBytes(row["lata"]), out Lata lata) ? lata : default;

    private static Ocn OcnOf(GoldenRow row) => Ocn.TryParse(Encoding.ASCII.GetBytes(row["ocn"]), out Ocn ocn) ? ocn : default;

    private static Interval InForceOf(GoldenRow row) => new(
        row["effective"].Length == 0 ? Interval.BeginningMs : TestDecks.At(row["effective"]),
        row["expiration"].Length == 0 ? Interval.EndlessMs : TestDecks.At(row["expiration"]));

    /// <summary>A deck of the golden files: its settings in the first line.</summary>
    internal static RateDeckConfig ReadDeck(string name)
    {
        GoldenFile file = GoldenFile.Read(name);
        string Setting(string key, string otherwise) => file.Settings.GetValueOrDefault(key, otherwise);
        RateDeckSettings settings = new()
        {
            Type = Enum.Parse<DeckType>(Setting("type", "")),
            Location = Enum.Parse<DeckLocation>(Setting("location", "UsCanada")),
            MissingRate = Enum.Parse<MissingRatePolicy>(Setting("missing_rate", "Highest")),
            Territories = Enum.Parse<TerritoryPolicy>(Setting("territories", "Indeterminate")),
            GraceSeconds = int.Parse(Setting("grace", "0"), CultureInfo.InvariantCulture),
            PropagationDelay = Setting("propagation", "no") == "yes",
            RoundingDigits = int.Parse(Setting("digits", "6"), CultureInfo.InvariantCulture),
            MinimumCharge = Money.Parse(Setting("minimum", "0")),
            PayphoneSurcharge = Money.Parse(Setting("payphone", "0")),
            SecondsRounding = Enum.Parse<SecondsRounding>(Setting("seconds", "Up")),
            Rounding = Enum.Parse<RoundingMethod>(Setting("rounding", "HalfUp")),
        };
        return TestDecks.Deck(settings, [.. file.Rows.Select(row => ReadRow(row, settings))]);
    }

    private static RateRow ReadRow(GoldenRow row, RateDeckSettings settings)
    {
        Rate? Optional(string column) => row[column].Length == 0 ? null : Rate.Parse(row[column]);
        int Number(string column) => row[column].Length == 0 ? 1 : int.Parse(row[column], CultureInfo.InvariantCulture);
        string text = settings.Key switch
        {
            DeckKey.Tier => row["tier"],
            DeckKey.LataOcn => settings.Type == DeckType.Peering ? row["ocn"] : $"{row["lata"]}/{row["ocn"]}",
            _ => row["code"],
        };
        string code = settings.Key == DeckKey.Npa && text.Length is 3 or 6 or 7 && text[0] != '1' ? "1" + text : text;
        return new RateRow
        {
            Code = settings.Key == DeckKey.LataOcn ? default : E164.Parse(code),
            CodeText = text,
            Lata = LataOf(row),
            Ocn = OcnOf(row),
            Origin = row["origin"] switch { "" => RateOrigin.Any, "unknown" => RateOrigin.Unknown, string origin => RateOrigin.Of(E164.Parse(origin)) },
            Rate = Optional("rate"),
            Interstate = Optional("interstate"),
            Intrastate = Optional("intrastate"),
            Indeterminate = Optional("indeterminate"),
            Local = Optional("local"),
            InitialRate = Optional("initial_rate"),
            Increment = new BillingIncrement(Number("initial"), Number("increment")),
            ConnectFee = row["connect_fee"].Length == 0 ? default : Money.Parse(row["connect_fee"]),
            Blocked = row["blocked"] == "yes",
            Upload = Number("upload"),
            Line = row.Line,
            InForce = InForceOf(row),
        };
    }
}
