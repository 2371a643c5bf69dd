namespace Perimeter.Domain;

/// <summary>One company: a customer, a vendor, or both. <paramref name="TimeZone"/> is an IANA name.</summary>
public sealed record RelationshipConfig(RelationshipId Id, string Name, CurrencyCode Currency, string TimeZone, Interval InForce);

/// <summary>
/// A service of a Relationship. Found by an event's <c>trunk_group_a</c> / <c>trunk_group_b</c>: name (exact) or id in digits.
/// <paramref name="TechPrefix"/> (digits, * and #; may be empty) stands in front of the numbers on this group and comes off before rating.
/// </summary>
public sealed record TrunkGroupConfig(
    TrunkGroupId Id, string Name, RelationshipId Relationship, Direction Direction, Relation Relation, NumberingForm Form, string TechPrefix, Interval InForce)
{
    /// <summary>Seconds that a call of a trunk group lasts at the longest, where the group states nothing else: a call that lasts longer was most likely not ended properly.</summary>
    public const int DefaultLongestSeconds = 4 * 3600;

    /// <summary>A call that lasts longer is rated as it stands, and <see cref="CallMarks.Suspect"/>.</summary>
    public int LongestSeconds { get; init; } = DefaultLongestSeconds;

    /// <summary>How the country writes its numbers; given where <see cref="Form"/> is National, and only there.</summary>
    public NationalForm? National { get; init; }
}

/// <summary>How a group's numbers are written: E.164 as it is; NANP, where 10 digits gain a 1 and 011 falls; or as another country writes them.</summary>
public enum NumberingForm : byte { E164 = 0, Nanp = 1, National = 2 }

/// <summary>
/// How a country writes numbers (ITU-T E.123, E.164 annex A): its own behind <paramref name="NationalPrefix"/>, which falls for <paramref name="CountryCode"/>,
/// and those of other countries behind <paramref name="InternationalPrefix"/>, which falls. Without a national prefix every number that is not
/// international and not a short one gains the country code.
/// </summary>
public sealed record NationalForm(string CountryCode, string NationalPrefix, string InternationalPrefix)
{
    public const int MaxCountryCodeDigits = 3;
    public const int MaxPrefixDigits = 5;

    /// <summary>Numbers of so many digits, such as 112, are dialled alike in all forms and gain nothing.</summary>
    public const int MaxShortNumberDigits = 4;

    /// <summary>Whether no number can be a national one, since each that has the national prefix has the international one.</summary>
    public bool HidesNationalNumbers => InternationalPrefix.Length > 0 && NationalPrefix.StartsWith(InternationalPrefix, StringComparison.Ordinal);
}

/// <summary>A header of a call whose number is rated.</summary>
public enum NumberHeader : byte { None = 0, Dnis = 1, Ani = 2 }

/// <summary>
/// What is done to a number that comes in on a trunk group, once its tech prefix is off and before its form is looked at: where the regular expression
/// <paramref name="Search"/> matches, every match becomes <paramref name="Replace"/> (with $1 for its first group). Those of a group and header apply
/// one after another, by <paramref name="Place"/> and then by id.
/// </summary>
public sealed record ManipulationConfig(
    int Id, TrunkGroupId TrunkGroup, NumberHeader Header, int Place, string Search, string Replace, Interval InForce)
{
    public const int MaxExpressionLength = 200;

    /// <summary>A number longer than this, before or after, is no number.</summary>
    public const int MaxNumberLength = 128;
}

/// <summary>
/// One address of a trunk group. A group on which calls come in is found by source_ip, source_port and protocol (and the tech prefix, where groups share them);
/// a group on which they go out by the trunk's name in vendor_trunk. Port 0 and protocol "" stand for any.
/// </summary>
public sealed record TrunkConfig(TrunkId Id, string Name, TrunkGroupId TrunkGroup, string Address, int Port, string Protocol, Interval InForce);

/// <summary>One deck for one call class of one trunk group, for a time: at most one is in force per group, class and instant.</summary>
public sealed record DeckAssignmentConfig(int Id, TrunkGroupId TrunkGroup, CallClass Class, RateDeckId Deck, Interval InForce);

/// <summary>Units of the system currency for one unit of <paramref name="Currency"/>.</summary>
public sealed record ExchangeRateConfig(int Id, CurrencyCode Currency, ExchangeRate Rate, Interval InForce);

/// <summary>A number that is dialled for help, such as 911.</summary>
public sealed record EmergencyNumberConfig(string Number, Interval InForce)
{
    public static IReadOnlyList<EmergencyNumberConfig> Defaults { get; } =
        [new("911", Interval.Always), new("112", Interval.Always), new("933", Interval.Always)];
}
