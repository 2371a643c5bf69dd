using Perimeter.Csv;

namespace Perimeter.Config;

/// <summary>What a column of a deck can mean.</summary>
public enum DeckField
{
    Code, Destination, Rate, InterstateRate, IntrastateRate, IndeterminateRate, LocalRate,
    Initial, Increment, ConnectFee, InitialRate, EffectiveDate, ExpirationDate, Blocked,
    Origin, Lata, Ocn, Tier,
}

/// <summary>The fields of a deck by the names that people give them.</summary>
public static class DeckFields
{
    /// <summary>Each field with its own name first and then the other names it is known by; spaces, underscores, hyphens and case do not matter.</summary>
    public static IReadOnlyList<(DeckField Field, IReadOnlyList<string> Names)> Known { get; } =
    [
        (DeckField.Code, ["code", "prefix", "dial_code", "dialcode", "area_code", "country_code", "destination_code", "npanxx", "npa_nxx", "npanxxx", "npa", "digits"]),
        (DeckField.Destination, ["destination", "destination_name", "description", "country", "name", "region_name", "location"]),
        (DeckField.Rate, ["rate", "price", "rate_per_minute", "price_per_minute", "rate_per_min", "price_per_min", "per_minute", "flat_rate", "rate/min", "usd/min"]),
        (DeckField.InterstateRate, ["interstate_rate", "interrate", "interstate", "inter", "inter_rate"]),
        (DeckField.IntrastateRate, ["intrastate_rate", "intrarate", "intrastate", "intra", "intra_rate"]),
        (DeckField.IndeterminateRate, ["indeterminate_rate", "ijrate", "indeterminate", "indeterminant", "indeterminant_rate", "ij", "ij_rate", "indrate"]),
        (DeckField.LocalRate, ["local_rate", "localrate", "local"]),
        (DeckField.Initial, ["initial", "duration", "initial_increment", "initial_interval", "initial_seconds", "minimum_duration", "min_duration", "first_interval", "first_increment", "minimum_time"]),
        (DeckField.Increment, ["increment", "billing_increment", "interval", "next_interval", "next_increment", "additional_increment", "sub_increment", "increment_seconds", "rounding_increment"]),
        (DeckField.ConnectFee, ["connect_fee", "connection_fee", "setup_fee", "call_fee", "surcharge_per_call", "fee"]),
        (DeckField.InitialRate, ["initial_rate", "first_rate", "initial_price"]),
        (DeckField.EffectiveDate, ["effective_date", "effective", "effective_from", "valid_from", "start_date", "from_date", "effective_time", "effdate"]),
        (DeckField.ExpirationDate, ["expiration_date", "expiration", "expiry_date", "expiry", "expires", "end_date", "valid_to", "valid_until", "effective_to", "to_date", "expiration_time"]),
        (DeckField.Blocked, ["blocked", "block", "is_blocked"]),
        (DeckField.Origin, ["origin", "origin_code", "origination", "origination_code", "origin_codes", "origin_prefix"]),
        (DeckField.Lata, ["lata"]),
        (DeckField.Ocn, ["ocn"]),
        (DeckField.Tier, ["tier"]),
    ];

    public static string NameOf(DeckField field) => Known[(int)field].Names[0];

    public static bool TryFind(string name, out DeckField field)
    {
        string normal = CsvHeader.Normalize(name);
        foreach ((DeckField known, IReadOnlyList<string> names) in Known)
        {
            if (names.Any(candidate => CsvHeader.Normalize(candidate) == normal))
            {
                field = known;
                return true;
            }
        }

        field = default;
        return false;
    }
}
