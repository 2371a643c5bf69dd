using System.CommandLine;
using System.Globalization;
using System.Text;
using Perimeter.Config;
using Perimeter.Csv;
using Perimeter.Domain;

namespace Perimeter.Commands;

/// <summary>What one deck is and how it rates, as options of <c>rate</c> and <c>explain --deck</c> (rating.md, "One-deck rating from the command line").</summary>
internal sealed class DeckOptions
{
    private const long MaxAmount = Domain.Rate.LimitNanos / Money.NanosPerUnit;

    private readonly Option<string> _deck = new("--deck") { Description = "The deck: a CSV file, gzip too", HelpName = "DECK.csv" };
    private readonly Option<string> _type = Word("--deck-type", CarrierWords.DeckTypes, "international-dialed", "Type of the deck");
    private readonly Option<string> _location = new("--location")
    {
        Description = "Of did and toll-free decks: keyed by tier and by NPA, or by prefixes of the called number; us-canada where this is not given",
        HelpName = string.Join('|', CarrierWords.Locations.Select(word => word.Word)),
    };

    private readonly Option<string> _digits = Text("--rounding-digits", "0-9", "6", "Digits of a charge after the point");
    private readonly Option<string> _rounding = Word("--rounding", CarrierWords.Roundings, "half-up", "How a charge is rounded");
    private readonly Option<string> _secondsRounding = Word("--seconds-rounding", CarrierWords.SecondsRoundings, "up", "How milliseconds become seconds");
    private readonly Option<bool> _propagationDelay = new("--propagation-delay") { Description = "Adds a second to every answered call" };
    private readonly Option<string> _grace = Text("--grace", "SECONDS", "0", "Calls of at most so many seconds are not charged");
    private readonly Option<string> _minCharge = Text("--min-charge", "AMOUNT", "0", "The least that a call costs");
    private readonly Option<string> _payphone = Text("--payphone-surcharge", "AMOUNT", "0", "Per call from a payphone, in toll-free decks");
    private readonly Option<string> _currency = Text("--currency", "CODE", "USD", "Currency of the deck");
    private readonly Option<string> _timeZone = Text("--time-zone", "NAME", "UTC", "Time zone of the deck's dates: an IANA name");
    private readonly Option<string> _rateOn = Word("--rate-on", CarrierWords.RateOns, "lrn", "The number that is looked up in US & Canada decks");
    private readonly Option<string> _missingRate = Word("--missing-rate", CarrierWords.MissingRates, "highest", "The rate taken where a row has none for the jurisdiction");
    private readonly Option<string> _territories = Word("--territories", CarrierWords.Territories, "indeterminate", "The jurisdiction of calls from US territories");
    private readonly Option<string> _reference = new("--reference") { Description = "Reference data: a CSV file of npanxx, region, lata, ocn, rate_center; gzip too", HelpName = "FILE" };
    private readonly Option<string[]> _map = new("--map")
    {
        Description = "Names a column that no common name fits, of the deck or of the calls; may be given several times",
        HelpName = "field=Header",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _skipBadRows = new("--skip-bad-rows") { Description = "Takes the good rows of a deck that has bad ones" };

    public Option<string> Deck => _deck;

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _deck, _type, _location, _digits, _rounding, _secondsRounding, _propagationDelay, _grace, _minCharge, _payphone, _currency, _timeZone, _rateOn,
            _missingRate, _territories, _reference, _map, _skipBadRows,
        ];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads the options; everything wrong with them goes to <paramref name="errors"/>.</summary>
    public DeckRequest Read(ParseResult parsed, List<string> errors)
    {
        string deck = parsed.GetValue(_deck) ?? "";
        if (deck.Length == 0)
        {
            errors.Add("--deck is missing: name the deck's file");
        }

        DeckType type = ReadWord(parsed, _type, CarrierWords.DeckTypes, errors);
        var settings = new RateDeckSettings
        {
            Type = type,
            Location = ReadLocation(parsed, type, errors),
            Currency = ReadCurrency(parsed, errors),
            TimeZone = ReadTimeZone(parsed, errors),
            RoundingDigits = ReadWhole(parsed, _digits, Money.Scale, errors),
            Rounding = ReadWord(parsed, _rounding, CarrierWords.Roundings, errors),
            SecondsRounding = ReadWord(parsed, _secondsRounding, CarrierWords.SecondsRoundings, errors),
            PropagationDelay = parsed.GetValue(_propagationDelay),
            GraceSeconds = ReadWhole(parsed, _grace, BillingIncrement.MaxSeconds, errors),
            MinimumCharge = ReadAmount(parsed, _minCharge, errors),
            PayphoneSurcharge = ReadAmount(parsed, _payphone, errors),
            RateOn = ReadWord(parsed, _rateOn, CarrierWords.RateOns, errors),
            MissingRate = ReadWord(parsed, _missingRate, CarrierWords.MissingRates, errors),
            Territories = ReadWord(parsed, _territories, CarrierWords.Territories, errors),
        };
        return new DeckRequest(deck, parsed.GetValue(_reference), settings, ReadMap(parsed, errors), parsed.GetValue(_skipBadRows));
    }

    private Dictionary<string, string> ReadMap(ParseResult parsed, List<string> errors)
    {
        var map = new Dictionary<string, string>();
        foreach (string entry in parsed.GetValue(_map) ?? [])
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == entry.Length - 1)
            {
                errors.Add($"--map {entry}: write field=Header, as in --map rate='Price per minute'");
                continue;
            }

            string name = CsvHeader.Normalize(entry[..equals]);
            TableField? field = DeckFields.Known.Concat(CallColumns.Known).FirstOrDefault(known => CsvHeader.Normalize(known.Name) == name);
            if (field is null)
            {
                IEnumerable<string> known = DeckFields.Known.Concat(CallColumns.Known).Select(other => other.Name).Distinct();
                errors.Add($"--map {entry}: there is no field {entry[..equals]}; the fields are {string.Join(", ", known)}");
            }
            else if (!map.TryAdd(field.Name, entry[(equals + 1)..]))
            {
                errors.Add($"--map {entry}: {field.Name} is mapped twice");
            }
        }

        return map;
    }

    private DeckLocation ReadLocation(ParseResult parsed, DeckType type, List<string> errors)
    {
        if (parsed.GetValue(_location) is null)
        {
            return default;
        }

        DeckLocation location = ReadWord(parsed, _location, CarrierWords.Locations, errors);
        if (type != DeckType.None && !DeckTypes.HasLocations(type) && location != DeckTypes.LocationOf(type))
        {
            errors.Add($"--location {CarrierWords.WordOf(CarrierWords.Locations, location)}: decks of type {CarrierWords.WordOf(type)} are {CarrierWords.WordOf(CarrierWords.Locations, DeckTypes.LocationOf(type))}");
        }

        return DeckTypes.HasLocations(type) ? location : default;
    }

    private CurrencyCode ReadCurrency(ParseResult parsed, List<string> errors)
    {
        if (!CurrencyCode.TryParse(parsed.GetValue(_currency), out CurrencyCode currency))
        {
            errors.Add($"--currency {parsed.GetValue(_currency)} is not a currency: write three capital letters, as in EUR");
        }

        return currency;
    }

    private string ReadTimeZone(ParseResult parsed, List<string> errors)
    {
        string name = parsed.GetValue(_timeZone)!;
        if (DateReader.IsTimeZone(name))
        {
            return name;
        }

        errors.Add($"--time-zone {name} is not a time zone: write a name of the IANA list, as in America/New_York");
        return "UTC";
    }

    private static int ReadWhole(ParseResult parsed, Option<string> option, int max, List<string> errors)
    {
        string text = parsed.GetValue(option)!;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= max)
        {
            return value;
        }

        errors.Add($"{option.Name} {text} is not a whole number from 0 to {max}");
        return 0;
    }

    private static Money ReadAmount(ParseResult parsed, Option<string> option, List<string> errors)
    {
        string text = parsed.GetValue(option)!;
        if (Money.TryParse(text, out Money amount) && amount >= Money.Zero && amount.Nanos <= Domain.Rate.LimitNanos)
        {
            return amount;
        }

        errors.Add($"{option.Name} {text} is not an amount from 0 to {MaxAmount} with up to {Money.Scale} digits after the point");
        return Money.Zero;
    }

    private static T ReadWord<T>(ParseResult parsed, Option<string> option, IReadOnlyList<(string Word, T Value)> words, List<string> errors)
        where T : struct
    {
        string text = parsed.GetValue(option)!;
        foreach ((string word, T value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        errors.Add($"{option.Name} {text} is not one of: {string.Join(", ", words.Select(word => word.Word))}");
        return default;
    }

    private static Option<string> Text(string name, string help, string absent, string description) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => absent };

    private static Option<string> Word<T>(string name, IReadOnlyList<(string Word, T Value)> words, string absent, string description) =>
        Text(name, string.Join('|', words.Select(word => word.Word)), absent, description);
}

/// <param name="Reference">File of the reference data; null without.</param>
/// <param name="Map">Fields of the deck and of the calls to headers.</param>
internal sealed record DeckRequest(string File, string? Reference, RateDeckSettings Settings, IReadOnlyDictionary<string, string> Map, bool SkipBadRows);
