using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <content>Decks and their assignment.</content>
internal sealed partial class CarrierReader
{
    private const int MaxUploads = 1_000;
    private const int MaxRate = (int)(Rate.LimitNanos / Money.NanosPerUnit);

    private void ReadDecks()
    {
        Dictionary<string, HashSet<string>> timeZones = TimeZonesByDeck();
        ReadTable(_deckRows, CarrierTables.Decks, required: true, table =>
        {
            table.TryId((int)DeckColumn.Id, out int id);
            table.TryName((int)DeckColumn.Name, out string name);
            table.TryRequiredWord((int)DeckColumn.Direction, CarrierWords.Directions, out Direction direction);
            table.TryRequiredWord((int)DeckColumn.Relation, CarrierWords.Relations, out Relation relation);
            RateDeckSettings settings = ReadSettings(table, DefaultTimeZone(table, id, name, timeZones));
            Interval inForce = table.ReadInterval((int)DeckColumn.Effective, (int)DeckColumn.Expiration, DatesIn(settings.TimeZone));
            _deckRows.Add(table, (int)DeckColumn.Id, id, (int)DeckColumn.Name, name, inForce);
            IReadOnlyList<string> files = FilesOf(table);
            _deckFiles.Add(files);
            RateRows rows = settings.Type == DeckType.None ? RateRows.Empty : ReadRows(files, settings);
            _decks.Add(new RateDeckConfig(new RateDeckId(id), name, direction, relation, settings, inForce, rows));
        });
    }

    private RateDeckSettings ReadSettings(TableReader table, string defaultTimeZone)
    {
        table.TryRequiredWord((int)DeckColumn.Type, CarrierWords.DeckTypes, out DeckType type);
        if (table.TryWord((int)DeckColumn.Location, CarrierWords.Locations, DeckTypes.LocationOf(type), out DeckLocation location)
            && type != DeckType.None && !DeckTypes.HasLocations(type) && location != DeckTypes.LocationOf(type))
        {
            table.Fail((int)DeckColumn.Location, $"decks of type {CarrierWords.WordOf(type)} are {CarrierWords.WordOf(CarrierWords.Locations, DeckTypes.LocationOf(type))}");
        }

        TryCurrency(table, (int)DeckColumn.Currency, _systemCurrency, out CurrencyCode currency);
        table.TryWhole((int)DeckColumn.RoundingDigits, 0, 9, 6, out int digits);
        table.TryWord((int)DeckColumn.Rounding, CarrierWords.Roundings, RoundingMethod.HalfUp, out RoundingMethod rounding);
        table.TryWord((int)DeckColumn.SecondsRounding, CarrierWords.SecondsRoundings, SecondsRounding.Up, out SecondsRounding secondsRounding);
        table.TryYesNo((int)DeckColumn.PropagationDelay, default, out bool propagationDelay);
        table.TryWhole((int)DeckColumn.Grace, 0, BillingIncrement.MaxSeconds, 0, out int grace);
        table.TryDecimal((int)DeckColumn.MinCharge, Money.Scale, MaxRate, out long? minimum);
        table.TryDecimal((int)DeckColumn.PayphoneSurcharge, Money.Scale, MaxRate, out long? surcharge);
        table.TryWord((int)DeckColumn.RateOn, CarrierWords.RateOns, RateOn.Lrn, out RateOn rateOn);
        table.TryWord((int)DeckColumn.MissingRate, CarrierWords.MissingRates, MissingRatePolicy.Highest, out MissingRatePolicy missingRate);
        table.TryWord((int)DeckColumn.Territories, CarrierWords.Territories, TerritoryPolicy.Indeterminate, out TerritoryPolicy territories);
        return new RateDeckSettings
        {
            Type = type,
            Location = DeckTypes.HasLocations(type) ? location : default,
            Currency = currency,
            TimeZone = TimeZoneOf(table, (int)DeckColumn.TimeZone, defaultTimeZone),
            RoundingDigits = digits,
            Rounding = rounding,
            SecondsRounding = secondsRounding,
            PropagationDelay = propagationDelay,
            GraceSeconds = grace,
            MinimumCharge = new Money(minimum ?? 0),
            PayphoneSurcharge = new Money(surcharge ?? 0),
            RateOn = rateOn,
            MissingRate = missingRate,
            Territories = territories,
        };
    }

    /// <summary>The time zone of the Relationships that the deck is assigned to: rating.md reads a deck's dates there where the deck does not say.</summary>
    private string DefaultTimeZone(TableReader table, int id, string name, Dictionary<string, HashSet<string>> timeZones)
    {
        if (!table[(int)DeckColumn.TimeZone].IsEmpty)
        {
            return "UTC";
        }

        var zones = new SortedSet<string>(StringComparer.Ordinal);
        zones.UnionWith(timeZones.GetValueOrDefault(id.ToString(System.Globalization.CultureInfo.InvariantCulture)) ?? []);
        zones.UnionWith(timeZones.GetValueOrDefault(name) ?? []);
        if (zones.Count > 1)
        {
            table.Fail((int)DeckColumn.TimeZone, $"is empty, and the deck is assigned to Relationships in {string.Join(" and ", zones)}: say which clock its dates go by");
        }

        return zones.FirstOrDefault("UTC");
    }

    /// <summary>What assignments say, read ahead of the decks: for each reference to a deck the time zones of the groups. What is wrong in the file is told when it is read for good.</summary>
    private Dictionary<string, HashSet<string>> TimeZonesByDeck()
    {
        var timeZones = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        if (!content.Has(_assignmentRows.FileName))
        {
            return timeZones;
        }

        ReadFile(_assignmentRows.FileName, stream =>
        {
            var table = new TableReader(stream, _assignmentRows.FileName, CarrierTables.Assignments, NoMap, _ => { }, _ => { });
            while (table.NextRow())
            {
                int relationship = RelationshipOf(table.Resolve((int)AssignmentColumn.TrunkGroup, _trunkGroupRows));
                string deck = Encoding.UTF8.GetString(table[(int)AssignmentColumn.Deck]);
                if (relationship < 0)
                {
                    continue;
                }

                if (!timeZones.TryGetValue(deck, out HashSet<string>? zones))
                {
                    timeZones.Add(deck, zones = []);
                }

                zones.Add(_relationships[relationship].TimeZone);
            }
        });
        return timeZones;
    }

    private IReadOnlyList<string> FilesOf(TableReader table)
    {
        if (table.FailEmpty((int)DeckColumn.Files))
        {
            return [];
        }

        string[] files = Encoding.UTF8.GetString(table[(int)DeckColumn.Files]).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (files.Length > MaxUploads)
        {
            table.Fail((int)DeckColumn.Files, $"names more than {MaxUploads} files");
            return [];
        }

        foreach (string file in files)
        {
            if (!content.Has(file))
            {
                table.Fail((int)DeckColumn.Files, $"the folder has no file {Shown.Text(file)}");
            }
        }

        if (files.Distinct(StringComparer.Ordinal).Count() < files.Length)
        {
            table.Fail((int)DeckColumn.Files, "names a file twice");
        }

        return files;
    }

    private RateRows ReadRows(IReadOnlyList<string> files, RateDeckSettings settings)
    {
        if (!files.All(content.Has))
        {
            return RateRows.Empty;
        }

        string key = rowCache.KeyOf(files, settings);
        foreach (string file in files)
        {
            content.Use(file);
        }

        if (rowCache.TryGet(key, out RateRows? known))
        {
            return known;
        }

        var uploads = new List<RateRows>();
        int errorsBefore = _errors.Count;
        for (int upload = 0; upload < files.Count; upload++)
        {
            var options = new DeckReadOptions { Settings = settings, Upload = upload + 1, Destinations = destinations };
            ReadFile(files[upload], stream =>
            {
                DeckFile deck = DeckFile.Read(stream, files[upload], options);
                uploads.Add(deck.Rows);
                _errors.AddRange(deck.Errors);
                _notes.AddRange(deck.Notes);
            });
        }

        RateRows rows = uploads.Count == 1 ? uploads[0] : Joined(uploads);
        if (_errors.Count == errorsBefore)
        {
            rowCache.Add(key, rows);
        }

        return rows;
    }

    /// <summary>Row by row: all of them at once, as objects, would be many times what is kept.</summary>
    private static RateRows Joined(IEnumerable<RateRows> uploads)
    {
        RateRowsBuilder rows = new();
        foreach (RateRow row in uploads.SelectMany(static upload => upload))
        {
            rows.Add(row);
        }

        return rows.ToRows();
    }

    private void ReadAssignments() => ReadTable(_assignmentRows, CarrierTables.Assignments, required: true, table =>
    {
        table.TryId((int)AssignmentColumn.Id, out int id);
        int trunkGroup = table.Resolve((int)AssignmentColumn.TrunkGroup, _trunkGroupRows);
        table.TryRequiredWord((int)AssignmentColumn.Class, CarrierWords.Classes, out CallClass callClass);
        int deck = table.Resolve((int)AssignmentColumn.Deck, _deckRows);
        Interval inForce = table.ReadInterval((int)AssignmentColumn.Effective, (int)AssignmentColumn.Expiration, DatesOf(RelationshipOf(trunkGroup)));
        _assignmentRows.Add(table, (int)AssignmentColumn.Id, id, -1, "", inForce);
        if (deck >= 0 && trunkGroup >= 0)
        {
            CheckFit(table, _trunkGroups[trunkGroup], callClass, _decks[deck]);
        }

        _assignments.Add(new DeckAssignmentConfig(
            id, trunkGroup < 0 ? default : _trunkGroups[trunkGroup].Id, callClass, deck < 0 ? default : _decks[deck].Id, inForce));
    });

    private static void CheckFit(TableReader table, TrunkGroupConfig group, CallClass callClass, RateDeckConfig deck)
    {
        if (deck.Direction != group.Direction || deck.Relation != group.Relation)
        {
            table.Fail(
                (int)AssignmentColumn.Deck,
                $"deck {Shown.Text(deck.Name)} is {SideOf(deck.Direction, deck.Relation)}, trunk group {Shown.Text(group.Name)} is {SideOf(group.Direction, group.Relation)}");
        }

        if (callClass != CallClass.None && deck.Settings.Type != DeckType.None && !DeckTypes.For(callClass).Contains(deck.Settings.Type))
        {
            table.Fail(
                (int)AssignmentColumn.Class,
                $"{CarrierWords.WordOf(CarrierWords.Classes, callClass)} calls take a deck of type {string.Join(" or ", DeckTypes.For(callClass).Select(CarrierWords.WordOf))}; "
                + $"{Shown.Text(deck.Name)} is {CarrierWords.WordOf(deck.Settings.Type)}");
        }
    }

    private static string SideOf(Direction direction, Relation relation) =>
        direction == Direction.None || relation == Relation.None
            ? "neither"
            : $"{CarrierWords.WordOf(CarrierWords.Directions, direction)}-{CarrierWords.WordOf(CarrierWords.Relations, relation)}";
}
