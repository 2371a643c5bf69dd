using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>Reads the rows of one deck file, once.</summary>
internal sealed partial class DeckReader
{
    private const int MaxRate = (int)(Rate.LimitNanos / Money.NanosPerUnit);

    private static readonly DeckField[] JurisdictionRates =
        [DeckField.InterstateRate, DeckField.IntrastateRate, DeckField.IndeterminateRate, DeckField.LocalRate];

    /// <summary>Columns that only decks of some types have, with those types: passing over what they say would charge wrong prices.</summary>
    private static readonly (DeckField Field, DeckType[] Types)[] ColumnsOfTypes =
    [
        (DeckField.Origin, [DeckType.OriginBased]), (DeckField.Lata, [DeckType.LataOcn]), (DeckField.Ocn, [DeckType.LataOcn, DeckType.Peering]),
        (DeckField.Tier, [DeckType.Did]), (DeckField.MonthlyCharge, [DeckType.Did]), (DeckField.OneTimeCharge, [DeckType.Did]),
    ];

    private readonly TableReader _table;
    private readonly DeckReadOptions _options;
    private readonly DateReader _dates;
    private readonly RateRowsBuilder _rows = new();
    private readonly List<ConfigError> _errors = [];
    private readonly List<ConfigError> _notes = [];
    private readonly HashSet<DeckField> _refusedColumns = [];

    public DeckReader(Stream stream, string fileName, DeckReadOptions options)
    {
        _options = options;
        _dates = new DateReader(options.Settings.TimeZone);
        _table = new TableReader(stream, fileName, DeckFields.Known, options.Map, _errors.Add, _notes.Add);
    }

    private DeckType Type => _options.Settings.Type;

    private bool HasJurisdictions => _options.Settings.HasJurisdictions;

    public DeckFile Read()
    {
        if (_table.HasHeader && CheckKeyColumn() && CheckRateColumns())
        {
            while (_table.NextRow())
            {
                ReadRow();
            }
        }

        return new DeckFile(_rows.ToRows(), _options.Destinations, _errors, _notes);
    }

    private bool CheckRateColumns()
    {
        bool hasJurisdictions = JurisdictionRates.Any(Has);
        if (Has(DeckField.Rate) || (HasJurisdictions && hasJurisdictions))
        {
            if (!HasJurisdictions)
            {
                foreach (DeckField field in JurisdictionRates.Where(Has))
                {
                    _table.Note((int)field, "rates by jurisdiction belong to decks of the US and Canada, ignored");
                }
            }

            return true;
        }

        Fail(DeckField.Rate, hasJurisdictions
            ? $"there is no such column; rates by jurisdiction belong to decks of the US and Canada, and this deck is of type {CarrierWords.WordOf(Type)}"
            : "there is no such column");
        return false;
    }

    private void ReadRow()
    {
        CheckOtherTypes();
        CheckOtherKey();
        RowKey key = ReadKey();
        DestinationId destination = default;
        if (_table.TryText((int)DeckField.Destination, DestinationList.MaxNameBytes, out ReadOnlySpan<byte> name))
        {
            destination = _options.Destinations.NumberOf(name);
        }

        _table.TryYesNo((int)DeckField.Blocked, "blocked"u8, out bool blocked);
        Rate? rate = ReadRate(DeckField.Rate);
        Rate? interstate = HasJurisdictions ? ReadRate(DeckField.InterstateRate) : null;
        Rate? intrastate = HasJurisdictions ? ReadRate(DeckField.IntrastateRate) : null;
        Rate? indeterminate = HasJurisdictions ? ReadRate(DeckField.IndeterminateRate) : null;
        Rate? local = HasJurisdictions ? ReadRate(DeckField.LocalRate) : null;
        BillingIncrement increment = ReadIncrement();
        long fee = ReadAmount(DeckField.ConnectFee) ?? 0;
        Rate? initialRate = ReadRate(DeckField.InitialRate);
        Interval inForce = ReadInterval();
        IReadOnlyList<RateOrigin> origins = ReadOrigins();
        NumberCharges? charges = ReadNumberCharges();
        if (!blocked && _table.RowIsGood && rate is null && interstate is null && intrastate is null && indeterminate is null && local is null)
        {
            Fail(Has(DeckField.Rate) ? DeckField.Rate : JurisdictionRates.First(Has), "is empty: a row has a rate unless it is blocked");
        }

        if (!_table.RowIsGood)
        {
            return;
        }

        foreach (RateOrigin origin in origins)
        {
            _rows.Add(new RateRow
            {
                Code = key.Code,
                CodeText = key.Text,
                Origin = origin,
                Lata = key.Lata,
                Ocn = key.Ocn,
                Destination = destination,
                Rate = rate,
                Interstate = interstate,
                Intrastate = intrastate,
                Indeterminate = indeterminate,
                Local = local,
                Increment = increment,
                ConnectFee = new Money(fee),
                InitialRate = initialRate,
                InForce = inForce,
                Blocked = blocked,
                NumberCharges = charges,
                Upload = _options.Upload,
                Line = checked((int)_table.Line),
            });
        }
    }

    /// <summary>Reports a column of another type of deck once, at the first row that says something in it.</summary>
    private void CheckOtherTypes()
    {
        foreach ((DeckField field, DeckType[] types) in ColumnsOfTypes)
        {
            if (!types.Contains(Type) && Has(field) && !_table[(int)field].IsEmpty && _refusedColumns.Add(field))
            {
                string words = string.Join(" and ", types.Select(CarrierWords.WordOf));
                Fail(field, $"belongs to {words} decks, and cannot be left out of account in one of type {CarrierWords.WordOf(Type)}");
            }
        }
    }

    /// <summary>Null where the row has none.</summary>
    private NumberCharges? ReadNumberCharges()
    {
        long? monthly = ReadAmount(DeckField.MonthlyCharge);
        long? oneTime = ReadAmount(DeckField.OneTimeCharge);
        return monthly is null && oneTime is null ? null : new NumberCharges(new Money(monthly ?? 0), new Money(oneTime ?? 0));
    }

    private Rate? ReadRate(DeckField field) => ReadAmount(field) is long nanos ? new Rate(nanos) : null;

    private long? ReadAmount(DeckField field)
    {
        _table.TryDecimal((int)field, Money.Scale, MaxRate, out long? nanos);
        return nanos;
    }

    private BillingIncrement ReadIncrement()
    {
        _table.TryWhole((int)DeckField.Initial, 1, BillingIncrement.MaxSeconds, 1, out int initial);
        _table.TryWhole((int)DeckField.Increment, 1, BillingIncrement.MaxSeconds, 1, out int increment);
        return new BillingIncrement(initial, increment);
    }

    private Interval ReadInterval() => _table.ReadInterval((int)DeckField.EffectiveDate, (int)DeckField.ExpirationDate, _dates);

    private bool Has(DeckField field) => _table.Has((int)field);

    private void Fail(DeckField field, string reason) => _table.Fail((int)field, reason);
}
