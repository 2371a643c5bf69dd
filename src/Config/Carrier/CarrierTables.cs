namespace Perimeter.Config;

// The columns of each file of a carrier folder. The numbers of a *Column enum are places in its table's list of fields.

internal enum SettingColumn { Name, Value }

internal enum RelationshipColumn { Id, Name, Effective, Expiration, Currency, TimeZone }

internal enum TrunkGroupColumn { Id, Name, Effective, Expiration, Relationship, Direction, Relation, Numbering, TechPrefix, CountryCode, NationalPrefix, InternationalPrefix, LongestDuration }

internal enum TrunkColumn { Id, Name, Effective, Expiration, TrunkGroup, Address, Port, Protocol }

internal enum ManipulationColumn { Id, TrunkGroup, Header, Place, Search, Replace, Effective, Expiration }

internal enum AssignmentColumn { Id, TrunkGroup, Class, Deck, Effective, Expiration }

internal enum ExchangeRateColumn { Id, Currency, Rate, Effective, Expiration }

internal enum EmergencyColumn { Number, Effective, Expiration }

internal enum NumberColumn { Id, Number, Type, CustomerTier, VendorTier, Tag, Effective, Expiration }

internal enum SwitchColumn { Id, Name, Type, Folder, Files, Unfinished, Archive, TimeZone, Key, Listen, Topic, Mapping, Delimiter }

internal enum DeckColumn
{
    Id, Name, Effective, Expiration, Direction, Relation, Type, Files, Currency, TimeZone, RoundingDigits, Rounding, SecondsRounding,
    PropagationDelay, Grace, MinCharge, PayphoneSurcharge, RateOn, MissingRate, Territories, Location,
}

internal static class CarrierTables
{
    private static readonly TableField Id = Required("id");
    private static readonly TableField Name = Required("name");
    private static readonly TableField Effective = Optional("effective_date", "effective");
    private static readonly TableField Expiration = Optional("expiration_date", "expiration");

    public static IReadOnlyList<TableField> Settings { get; } = [Required("name"), Required("value")];

    public static IReadOnlyList<TableField> Relationships { get; } = [Id, Name, Effective, Expiration, Optional("currency"), Optional("time_zone")];

    public static IReadOnlyList<TableField> TrunkGroups { get; } =
    [
        Id, Name, Effective, Expiration, Required("relationship"), Required("direction"), Required("relation"), Optional("numbering"), Optional("tech_prefix"),
        Optional("country_code"), Optional("national_prefix"), Optional("international_prefix"), Optional("longest_duration"),
    ];

    public static IReadOnlyList<TableField> Trunks { get; } =
        [Id, Name, Effective, Expiration, Required("trunk_group"), Required("address"), Optional("port"), Optional("protocol")];

    public static IReadOnlyList<TableField> Manipulations { get; } =
        [Id, Required("trunk_group"), Required("header"), Optional("place"), Required("search"), Optional("replace"), Effective, Expiration];

    public static IReadOnlyList<TableField> Assignments { get; } =
        [Id, Required("trunk_group"), Required("class"), Required("deck"), Effective, Expiration];

    public static IReadOnlyList<TableField> ExchangeRates { get; } = [Id, Required("currency"), Required("rate"), Effective, Expiration];

    public static IReadOnlyList<TableField> EmergencyNumbers { get; } = [Required("number"), Effective, Expiration];

    public static IReadOnlyList<TableField> Numbering { get; } =
        [Id, Required("number"), Required("type"), Optional("customer_tier"), Optional("vendor_tier"), Optional("tag"), Effective, Expiration];

    public static IReadOnlyList<TableField> Switches { get; } =
    [
        Id, Name, Required("type"), Optional("folder"), Optional("files"), Optional("unfinished"), Optional("archive"), Optional("time_zone"), Optional("key"), Optional("listen"),
        Optional("topic"), Optional("mapping"), Optional("delimiter"),
    ];

    public static IReadOnlyList<TableField> Decks { get; } =
    [
        Id, Name, Effective, Expiration, Required("direction"), Required("relation"), Required("type"), Required("files", "file"), Optional("currency"),
        Optional("time_zone"), Optional("rounding_digits"), Optional("rounding"), Optional("seconds_rounding"), Optional("propagation_delay"),
        Optional("grace"), Optional("min_charge"), Optional("payphone_surcharge"), Optional("rate_on"), Optional("missing_rate"), Optional("territories"), Optional("location"),
    ];

    private static TableField Required(params string[] names) => new(names, Required: true);

    private static TableField Optional(params string[] names) => new(names);
}
