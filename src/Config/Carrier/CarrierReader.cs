using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>
/// Reads a carrier folder once. Rows with errors are kept as far as they could be read, so that what refers to them is not reported too;
/// there is a configuration only where there is no error at all.
/// </summary>
internal sealed partial class CarrierReader(CarrierContent content, ConfigRevision revision, DestinationList destinations, RowCache rowCache)
{
    private const string ReferenceFileName = "reference.csv";

    private static readonly IReadOnlyDictionary<string, string> NoMap = new Dictionary<string, string>();

    private readonly List<ConfigError> _errors = [];
    private readonly List<ConfigError> _notes = [];
    private readonly Dictionary<string, DateReader> _dates = new(StringComparer.Ordinal);

    private readonly NamedRows _relationshipRows = new("relationships.csv");
    private readonly NamedRows _trunkGroupRows = new("trunk_groups.csv");
    private readonly NamedRows _trunkRows = new("trunks.csv");
    private readonly NamedRows _manipulationRows = new("manipulations.csv");
    private readonly NamedRows _deckRows = new("decks.csv");
    private readonly NamedRows _assignmentRows = new("assignments.csv");
    private readonly NamedRows _exchangeRateRows = new("exchange_rates.csv");
    private readonly NamedRows _emergencyRows = new("emergency_numbers.csv");

    private readonly List<RelationshipConfig> _relationships = [];
    private readonly List<TrunkGroupConfig> _trunkGroups = [];
    private readonly List<TrunkConfig> _trunks = [];
    private readonly List<ManipulationConfig> _manipulations = [];
    private readonly List<RateDeckConfig> _decks = [];
    private readonly List<IReadOnlyList<string>> _deckFiles = [];
    private readonly List<DeckAssignmentConfig> _assignments = [];
    private readonly List<ExchangeRateConfig> _exchangeRates = [];
    private readonly List<EmergencyNumberConfig> _emergencyNumbers = [];
    private IReadOnlyList<ReferenceRow> _referenceData = [];

    private CurrencyCode _systemCurrency = CurrencyCode.Usd;
    private string _systemTimeZone = "UTC";

    public CarrierFolder Read()
    {
        ReadSettings();
        ReadRelationships();
        ReadTrunkGroups();
        ReadTrunks();
        ReadManipulations();
        ReadExchangeRates();
        ReadEmergencyNumbers();
        ReadSwitches();
        ReadNumbering();
        ReadReferenceData();
        ReadDecks();
        ReadAssignments();
        CheckAddresses();
        CheckAssignments();
        CheckCurrencies();
        NoteUnused();
        RatingConfig? config = _errors.Count > 0 ? null : new RatingConfig
        {
            Revision = revision,
            SystemCurrency = _systemCurrency,
            Relationships = _relationships,
            TrunkGroups = _trunkGroups,
            Trunks = _trunks,
            Manipulations = _manipulations,
            Assignments = _assignments,
            ExchangeRates = _exchangeRates,
            Decks = _decks,
            EmergencyNumbers = _emergencyRows.Count > 0 ? _emergencyNumbers : EmergencyNumberConfig.Defaults,
            Numbers = _numbers,
            Switches = _switches,
            ReferenceData = _referenceData,
            DestinationNames = [.. destinations.Names],
        };
        return new CarrierFolder(config, _errors, _notes) { Identities = Identities() };
    }

    /// <summary>Where the configuration's parts were written, for errors that are found later.</summary>
    public (string File, long Line) PlaceOf(Rating.CompileError error)
    {
        if (error.Subject is Rating.CompileSubject.Number or Rating.CompileSubject.ReferenceRow)
        {
            return (error.Subject == Rating.CompileSubject.Number ? NumberingFile : ReferenceFileName, error.Line);
        }

        (NamedRows? rows, int place) = error.Subject switch
        {
            Rating.CompileSubject.TrunkGroup => (_trunkGroupRows, _trunkGroupRows.ById(error.Id)),
            Rating.CompileSubject.Trunk => (_trunkRows, _trunkRows.ById(error.Id)),
            Rating.CompileSubject.Manipulation => (_manipulationRows, _manipulationRows.ById(error.Id)),
            Rating.CompileSubject.Assignment => (_assignmentRows, _assignmentRows.ById(error.Id)),
            Rating.CompileSubject.ExchangeRate => (_exchangeRateRows, _exchangeRateRows.ById(error.Id)),
            Rating.CompileSubject.EmergencyNumber => (_emergencyRows, error.Id),
            _ => (_deckRows, _deckRows.ById(error.Id)),
        };
        if (place < 0 || place >= rows.Count)
        {
            return (rows.FileName, 0);
        }

        return error.Subject == Rating.CompileSubject.DeckRow
            ? (_deckFiles[place][_decks[place].Rows[error.Row].Upload - 1], error.Line)
            : (rows.FileName, rows.LineOf(place));
    }

    private void ReadTable(NamedRows rows, IReadOnlyList<TableField> fields, bool required, Action<TableReader> readRow) =>
        ReadTable(rows.FileName, fields, required, readRow);

    private void ReadTable(string fileName, IReadOnlyList<TableField> fields, bool required, Action<TableReader> readRow)
    {
        if (!content.Has(fileName))
        {
            if (required)
            {
                _errors.Add(new ConfigError(fileName, 0, "", "there is no such file in the folder"));
            }

            return;
        }

        ReadFile(fileName, stream =>
        {
            var table = new TableReader(stream, fileName, fields, NoMap, _errors.Add, _notes.Add);
            while (table.NextRow())
            {
                readRow(table);
            }
        });
    }

    /// <summary>The rows of a large file that need not be there, which is read once as long as it stays as it is.</summary>
    private IReadOnlyList<T> ReadOnce<T>(string fileName, Func<IReadOnlyList<T>> read)
    {
        if (!content.Has(fileName))
        {
            return [];
        }

        string key = rowCache.KeyOf(fileName, _systemTimeZone);
        content.Use(fileName);
        if (rowCache.TryGet(key, out IReadOnlyList<T>? known))
        {
            return known;
        }

        int errorsBefore = _errors.Count;
        IReadOnlyList<T> rows = read();
        if (_errors.Count == errorsBefore)
        {
            rowCache.Add(key, rows);
        }

        return rows;
    }

    /// <summary>Damaged and unreadable files are errors of the folder like any other.</summary>
    private void ReadFile(string fileName, Action<Stream> read)
    {
        try
        {
            using Stream stream = content.Open(fileName);
            read(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _errors.Add(new ConfigError(fileName, 0, "", $"the file cannot be read: {exception.Message}"));
        }
    }

    private void ReadSettings() => ReadTable("settings.csv", CarrierTables.Settings, required: false, table =>
    {
        string value = Encoding.UTF8.GetString(table[(int)SettingColumn.Value]);
        switch (Encoding.UTF8.GetString(table[(int)SettingColumn.Name]))
        {
            case "currency":
                TryCurrency(table, (int)SettingColumn.Value, CurrencyCode.Usd, out _systemCurrency);
                break;
            case "time_zone":
                _systemTimeZone = TimeZoneOf(table, (int)SettingColumn.Value, "UTC");
                break;
            case string name:
                table.Fail((int)SettingColumn.Name, $"{Shown.Text(name)} is not one of: currency, time_zone");
                break;
        }
    });

    private void ReadRelationships() => ReadTable(_relationshipRows, CarrierTables.Relationships, required: true, table =>
    {
        table.TryId((int)RelationshipColumn.Id, out int id);
        table.TryName((int)RelationshipColumn.Name, out string name);
        TryCurrency(table, (int)RelationshipColumn.Currency, _systemCurrency, out CurrencyCode currency);
        string timeZone = TimeZoneOf(table, (int)RelationshipColumn.TimeZone, _systemTimeZone);
        Interval inForce = table.ReadInterval((int)RelationshipColumn.Effective, (int)RelationshipColumn.Expiration, DatesIn(timeZone));
        _relationshipRows.Add(table, (int)RelationshipColumn.Id, id, (int)RelationshipColumn.Name, name, inForce);
        _relationships.Add(new RelationshipConfig(new RelationshipId(id), name, currency, timeZone, inForce));
    });

    private void ReadTrunkGroups() => ReadTable(_trunkGroupRows, CarrierTables.TrunkGroups, required: true, table =>
    {
        table.TryId((int)TrunkGroupColumn.Id, out int id);
        table.TryName((int)TrunkGroupColumn.Name, out string name);
        int relationship = table.Resolve((int)TrunkGroupColumn.Relationship, _relationshipRows);
        table.TryRequiredWord((int)TrunkGroupColumn.Direction, CarrierWords.Directions, out Direction direction);
        table.TryRequiredWord((int)TrunkGroupColumn.Relation, CarrierWords.Relations, out Relation relation);
        table.TryWord((int)TrunkGroupColumn.Numbering, CarrierWords.NumberingForms, NumberingForm.E164, out NumberingForm form);
        NationalForm? national = NationalFormOf(table, form);
        string techPrefix = TechPrefixOf(table);
        table.TryWhole((int)TrunkGroupColumn.LongestDuration, 1, MaxLongestSeconds, TrunkGroupConfig.DefaultLongestSeconds, out int longest);
        Interval inForce = table.ReadInterval((int)TrunkGroupColumn.Effective, (int)TrunkGroupColumn.Expiration, DatesOf(relationship));
        _trunkGroupRows.Add(table, (int)TrunkGroupColumn.Id, id, (int)TrunkGroupColumn.Name, name, inForce);
        RelationshipId owner = relationship < 0 ? default : _relationships[relationship].Id;
        _trunkGroups.Add(new TrunkGroupConfig(new TrunkGroupId(id), name, owner, direction, relation, form, techPrefix, inForce) { National = national, LongestSeconds = longest });
    });

    private void ReadTrunks() => ReadTable(_trunkRows, CarrierTables.Trunks, required: false, table =>
    {
        table.TryId((int)TrunkColumn.Id, out int id);
        table.TryName((int)TrunkColumn.Name, out string name);
        int trunkGroup = table.Resolve((int)TrunkColumn.TrunkGroup, _trunkGroupRows);
        string address = AddressOf(table);
        table.TryWhole((int)TrunkColumn.Port, 1, 65_535, 0, out int port);
        table.TryWord((int)TrunkColumn.Protocol, Protocols, "", out string protocol);
        Interval inForce = table.ReadInterval((int)TrunkColumn.Effective, (int)TrunkColumn.Expiration, DatesOf(RelationshipOf(trunkGroup)));
        _trunkRows.Add(table, (int)TrunkColumn.Id, id, (int)TrunkColumn.Name, name, inForce);
        TrunkGroupId group = trunkGroup < 0 ? default : _trunkGroups[trunkGroup].Id;
        _trunks.Add(new TrunkConfig(new TrunkId(id), name, group, address, port, protocol, inForce));
    });

    private void ReadManipulations() => ReadTable(_manipulationRows, CarrierTables.Manipulations, required: false, table =>
    {
        table.TryId((int)ManipulationColumn.Id, out int id);
        int trunkGroup = table.Resolve((int)ManipulationColumn.TrunkGroup, _trunkGroupRows);
        table.TryRequiredWord((int)ManipulationColumn.Header, CarrierWords.NumberHeaders, out NumberHeader header);
        table.TryWhole((int)ManipulationColumn.Place, 1, MaxPlace, 1, out int place);
        table.FailEmpty((int)ManipulationColumn.Search);
        Interval inForce = table.ReadInterval((int)ManipulationColumn.Effective, (int)ManipulationColumn.Expiration, DatesOf(RelationshipOf(trunkGroup)));
        _manipulationRows.Add(table, (int)ManipulationColumn.Id, id, -1, "", inForce);
        TrunkGroupId group = trunkGroup < 0 ? default : _trunkGroups[trunkGroup].Id;
        _manipulations.Add(new ManipulationConfig(
            id, group, header, place, Encoding.UTF8.GetString(table[(int)ManipulationColumn.Search]), Encoding.UTF8.GetString(table[(int)ManipulationColumn.Replace]), inForce));
    });

    private void ReadExchangeRates() => ReadTable(_exchangeRateRows, CarrierTables.ExchangeRates, required: false, table =>
    {
        table.TryId((int)ExchangeRateColumn.Id, out int id);
        CurrencyCode currency = default;
        if (!table.FailEmpty((int)ExchangeRateColumn.Currency) && TryCurrency(table, (int)ExchangeRateColumn.Currency, default, out currency)
            && currency == _systemCurrency)
        {
            table.Fail((int)ExchangeRateColumn.Currency, $"{currency} is the system currency, whose rate is 1 always");
        }

        ExchangeRate rate = ExchangeRateOf(table);
        Interval inForce = table.ReadInterval((int)ExchangeRateColumn.Effective, (int)ExchangeRateColumn.Expiration, DatesIn(_systemTimeZone));
        _exchangeRateRows.Add(table, (int)ExchangeRateColumn.Id, id, -1, "", inForce);
        int other = _exchangeRates.FindIndex(known => known.Currency == currency && known.InForce.Overlaps(inForce));
        if (other >= 0 && currency != default)
        {
            table.FailRow($"line {_exchangeRateRows.LineOf(other)} has a rate for {currency} at the same time");
        }

        _exchangeRates.Add(new ExchangeRateConfig(id, currency, rate, inForce));
    });

    private void ReadReferenceData() => _referenceData = ReadOnce<ReferenceRow>(ReferenceFileName, () =>
    {
        IReadOnlyList<ReferenceRow> rows = [];
        ReadFile(ReferenceFileName, stream =>
        {
            ReferenceFile file = ReferenceFile.Read(stream, ReferenceFileName, _systemTimeZone);
            rows = file.Rows;
            _errors.AddRange(file.Errors);
            _notes.AddRange(file.Notes);
        });
        return rows;
    });

    private void ReadEmergencyNumbers() => ReadTable(_emergencyRows, CarrierTables.EmergencyNumbers, required: false, table =>
    {
        ReadOnlySpan<byte> text = table[(int)EmergencyColumn.Number];
        if (!table.FailEmpty((int)EmergencyColumn.Number) && !E164.TryParse(text, out _))
        {
            table.Fail((int)EmergencyColumn.Number, $"{Shown.Text(text)} is not 1 to {E164.MaxDigits} digits");
        }

        string number = Encoding.UTF8.GetString(text);
        Interval inForce = table.ReadInterval((int)EmergencyColumn.Effective, (int)EmergencyColumn.Expiration, DatesIn(_systemTimeZone));
        int other = _emergencyNumbers.FindIndex(known => known.Number == number && known.InForce.Overlaps(inForce));
        if (other >= 0)
        {
            table.FailRow($"line {_emergencyRows.LineOf(other)} lists {Shown.Text(number)} at the same time");
        }

        _emergencyRows.Add(table, (int)EmergencyColumn.Number, 0, -1, "", inForce);
        _emergencyNumbers.Add(new EmergencyNumberConfig(number, inForce));
    });
}
