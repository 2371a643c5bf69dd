namespace Perimeter.Config;

/// <summary>What a column of a deck can mean, in the order of <see cref="DeckFields.Known"/>.</summary>
public enum DeckField
{
    Code, Destination, Rate, InterstateRate, IntrastateRate, IndeterminateRate, LocalRate,
    Initial, Increment, ConnectFee, InitialRate, EffectiveDate, ExpirationDate, Blocked,
    Origin, Lata, Ocn, Tier, MonthlyCharge, OneTimeCharge,
}

/// <summary>The fields of a deck by the names that people give them.</summary>
public static class DeckFields
{
    /// <summary>Each field with its own name first and then the other names it is known by; spaces, underscores, hyphens and case do not matter.</summary>
    public static IReadOnlyList<TableField> Known { get; } =
    [
        new(["code", "prefix", "dial_code", "destination_code", "npanxx", "npa_nxx", "npanxxx", "digits"]),
        new(["destination", "destination_name", "description", "country", "name", "region_name", "location"]),
        new(["rate", "price", "rate_per_minute", "price_per_minute", "rate_per_min", "price_per_min", "per_minute", "flat_rate", "rate/min", "usd/min"]),
        new(["interstate_rate", "interrate", "interstate", "inter", "inter_rate"]),
        new(["intrastate_rate", "intrarate", "intrastate", "intra", "intra_rate"]),
        new(["indeterminate_rate", "ijrate", "indeterminate", "indeterminant", "indeterminant_rate", "ij", "ij_rate", "indrate"]),
        new(["local_rate", "localrate", "local"]),
        new(["initial", "duration", "initial_increment", "initial_interval", "initial_seconds", "minimum_duration", "min_duration", "first_interval", "first_increment", "minimum_time"]),
        new(["increment", "billing_increment", "interval", "next_interval", "next_increment", "additional_increment", "sub_increment", "increment_seconds", "rounding_increment"]),
        new(["connect_fee", "connection_fee", "setup_fee", "call_fee", "surcharge_per_call", "fee"]),
        new(["initial_rate", "first_rate", "initial_price"]),
        new(["effective_date", "effective", "effective_from", "valid_from", "start_date", "from_date", "effective_time", "effdate"]),
        new(["expiration_date", "expiration", "expiry_date", "expiry", "expires", "end_date", "valid_to", "valid_until", "effective_to", "to_date", "expiration_time"]),
        new(["blocked", "block", "is_blocked"]),
        new(["origin", "origin_code", "origination", "origination_code", "origin_codes", "origin_prefix"]),
        new(["lata"]),
        new(["ocn"]),
        new(["tier"]),
        new(["monthly_charge", "monthly", "monthly_fee", "mrc"]),
        new(["one_time_charge", "one_time", "one_time_fee", "activation_fee", "nrc"]),
    ];
}
