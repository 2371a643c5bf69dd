using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>Reads the rows of one deck file, once.</summary>
internal sealed class DeckReader
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

    private static readonly List<RateOrigin> AnyOrigin = [RateOrigin.Any];

    private readonly TableReader _table;
    private readonly DeckReadOptions _options;
    private readonly DateReader _dates;
    private readonly List<RateRow> _rows = [];
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

    private bool IsByTier => _options.Settings.Key == DeckKey.Tier;

    /// <summary>The column that names what a row is for.</summary>
    private DeckField KeyField => IsByTier ? DeckField.Tier : DeckField.Code;

    private bool IsUs => _options.Settings.Key == DeckKey.Npa;

    public DeckFile Read()
    {
        if (_table.HasHeader && CheckKeyColumn() && CheckRateColumns())
        {
            while (_table.NextRow())
            {
                ReadRow();
            }
        }

        return new DeckFile(_rows, _options.Destinations, _errors, _notes);
    }

    private bool CheckKeyColumn()
    {
        bool found = Has(KeyField);
        if (!found)
        {
            Fail(KeyField, "there is no such column");
        }

        return found;
    }

    private bool CheckRateColumns()
    {
        bool hasJurisdictions = JurisdictionRates.Any(Has);
        if (Has(DeckField.Rate) || (IsUs && hasJurisdictions))
        {
            if (!IsUs)
            {
                foreach (DeckField field in JurisdictionRates.Where(Has))
                {
                    _table.Note((int)field, "rates by jurisdiction belong to npanxx and toll-free decks, ignored");
                }
            }

            return true;
        }

        Fail(DeckField.Rate, hasJurisdictions
            ? $"there is no such column; rates by jurisdiction belong to npanxx and toll-free decks, and this deck is of type {CarrierWords.WordOf(Type)}"
            : "there is no such column");
        return false;
    }

    private void ReadRow()
    {
        CheckOtherTypes();
        CheckOtherKey();
        bool codeIsGood = IsByTier ? TryTier(out E164 code, out string codeText) : TryCode(out code, out codeText);
        DestinationId destination = default;
        if (_table.TryText((int)DeckField.Destination, DestinationList.MaxNameBytes, out ReadOnlySpan<byte> name))
        {
            destination = _options.Destinations.NumberOf(name);
        }

        _table.TryYesNo((int)DeckField.Blocked, "blocked"u8, out bool blocked);
        Rate? rate = ReadRate(DeckField.Rate);
        Rate? interstate = IsUs ? ReadRate(DeckField.InterstateRate) : null;
        Rate? intrastate = IsUs ? ReadRate(DeckField.IntrastateRate) : null;
        Rate? indeterminate = IsUs ? ReadRate(DeckField.IndeterminateRate) : null;
        Rate? local = IsUs ? ReadRate(DeckField.LocalRate) : null;
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

        if (!_table.RowIsGood || !codeIsGood)
        {
            return;
        }

        _rows.AddRange(origins.Select(origin => new RateRow
        {
            Code = code,
            CodeText = codeText,
            Origin = origin,
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
        }));
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

    /// <summary>A DID deck of US and Canada has tiers and no codes, an international one codes and no tiers.</summary>
    private void CheckOtherKey()
    {
        DeckField other = IsByTier ? DeckField.Code : DeckField.Tier;
        if (Type == DeckType.Did && Has(other) && !_table[(int)other].IsEmpty && _refusedColumns.Add(other))
        {
            Fail(other, IsByTier
                ? "belongs to international did decks; one of us-canada is keyed by tier"
                : "belongs to did decks of us-canada; an international one is keyed by code");
        }
    }

    private bool TryTier(out E164 tier, out string text)
    {
        bool good = !_table.FailEmpty((int)DeckField.Tier) & _table.TryWhole((int)DeckField.Tier, 1, NumberConfig.MaxTier, 1, out int number);
        tier = good ? default(E164).Prepend(number) : default;
        text = tier.ToString();
        return good;
    }

    /// <summary>Null where the row has none.</summary>
    private NumberCharges? ReadNumberCharges()
    {
        long? monthly = ReadAmount(DeckField.MonthlyCharge);
        long? oneTime = ReadAmount(DeckField.OneTimeCharge);
        return monthly is null && oneTime is null ? null : new NumberCharges(new Money(monthly ?? 0), new Money(oneTime ?? 0));
    }

    /// <summary>Codes separated by <c>;</c>, or <c>unknown</c>: a row for each. An empty cell, and every deck that has no origins, is one row for any.</summary>
    private List<RateOrigin> ReadOrigins()
    {
        if (Type != DeckType.OriginBased || !Has(DeckField.Origin) || _table[(int)DeckField.Origin].IsEmpty)
        {
            return AnyOrigin;
        }

        List<RateOrigin> origins = [];
        foreach (string part in Encoding.UTF8.GetString(_table[(int)DeckField.Origin]).Split(';', StringSplitOptions.TrimEntries))
        {
            if (part.Equals("unknown", StringComparison.OrdinalIgnoreCase))
            {
                origins.Add(RateOrigin.Unknown);
            }
            else if (E164.TryParse(part, out E164 code) && code[0] != 0)
            {
                origins.Add(RateOrigin.Of(code));
            }
            else
            {
                Fail(DeckField.Origin, $"{Shown.Text(part)} is neither a code of 1 to {E164.MaxDigits} digits, which does not begin with 0, nor unknown");
            }
        }

        if (origins.Distinct().Count() < origins.Count)
        {
            Fail(DeckField.Origin, "names an origin twice");
        }

        return origins;
    }

    /// <summary>In US decks 1201 and 201 are one code: 3, 6 or 7 digits after a leading 1 (no NPA begins with 1).</summary>
    private bool TryCode(out E164 code, out string codeText)
    {
        ReadOnlySpan<byte> text = _table[(int)DeckField.Code];
        codeText = "";
        if (text.IsEmpty)
        {
            code = default;
            Fail(DeckField.Code, "is empty");
            return false;
        }

        if (!E164.TryParse(text, out code))
        {
            Fail(DeckField.Code, $"{Shown.Text(text)} is not 1 to {E164.MaxDigits} digits");
            return false;
        }

        codeText = code.ToString();
        if (IsUs)
        {
            E164 national = code[0] == 1 ? code.Skip(1) : code;
            if (national.Length is not (3 or 6 or 7))
            {
                Fail(DeckField.Code, $"{Shown.Text(text)} is not 3, 6 or 7 digits after a leading 1");
                return false;
            }

            code = national.Prepend(1);
        }

        return true;
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
