using System.Globalization;
using Perimeter.Domain;
using Perimeter.Rating.Decks;
using Perimeter.Rating.Numbers;
using Perimeter.Rating.TrunkGroups;

namespace Perimeter.Rating.Explain;

/// <summary>The sentences of explanations: groups, numbers, classes, decks, outcomes.</summary>
internal static partial class Wording
{
    public static TrunkGroupExplanation TrunkGroup(
        TrunkGroupWay way, string text, TrunkGroup? group, TrunkConfig? trunk, bool onOtherSide, RatingConfig? config)
    {
        string step = (way, group) switch
        {
            (TrunkGroupWay.NameOrId, not null) => group.Config.Name == text ? $"by its name '{text}'" : $"by its id {text}",
            (TrunkGroupWay.NameOrId, null) when onOtherSide => $"'{text}' is the name or id of a group of the other side of a call only",
            (TrunkGroupWay.NameOrId, null) => $"no group in force at setup has the name or id '{text}'",
            (TrunkGroupWay.Source, not null) => $"by the source {text}: trunk {trunk!.Id.Value} '{trunk.Name}'",
            (TrunkGroupWay.Source, null) => $"no trunk in force at setup has the source address {text} with this port, protocol and tech prefix",
            (TrunkGroupWay.VendorTrunk, not null) => $"by the vendor trunk '{text}': trunk {trunk!.Id.Value}",
            (TrunkGroupWay.VendorTrunk, null) => $"no outgoing trunk in force at setup has the name '{text}'",
            _ => "the event names no trunk group, and nothing to find one by",
        };
        string? relationship = group is null ? null : config?.Relationships.FirstOrDefault(r => r.Id == group.Config.Relationship)?.Name;
        return new TrunkGroupExplanation(group?.Config.Id, group?.Config.Name, relationship, [step]);
    }

    public static string Manipulated(ManipulationConfig manipulation, string after) =>
        $"manipulation {manipulation.Id} ('{manipulation.Search}' becomes '{manipulation.Replace}') gives '{after}'";

    public static string NumberStep(NumberStep step, string text) => step switch
    {
        Numbers.NumberStep.TechPrefixOff => $"the tech prefix {text} comes off",
        Numbers.NumberStep.PlusDropped => "the + is dropped",
        Numbers.NumberStep.InternationalPrefixDropped => $"the international prefix {text} falls",
        Numbers.NumberStep.NationalPrefixDropped => $"the national prefix {text} falls",
        Numbers.NumberStep.CountryCodeAdded => $"the country code {text} is put in front",
        Numbers.NumberStep.NotDigits => "not 1 to 15 digits: no valid number",
        Numbers.NumberStep.BeginsWithZero => "begins with 0: no valid number",
        Numbers.NumberStep.NotNanp => "not 1NXXNXXXXXX: not used",
        _ => step.ToString(),
    };

    public static string Class(CallClass callClass, ClassReason reason, int npa) => $"{callClass}: " + reason switch
    {
        ClassReason.ListedTollFree or ClassReason.ListedDid => "as the numbering lists it",
        ClassReason.OriginationTollFree => $"not listed in the numbering, and NPA {npa} is toll-free",
        ClassReason.OriginationDid => "not listed in the numbering, and not toll-free",
        ClassReason.EmergencyListed => "an emergency number in force at setup",
        ClassReason.TollFreeNpa => $"NPA {npa} is toll-free",
        ClassReason.CountryCode1 => npa < 0 ? "country code 1" : $"country code 1, NPA {npa}",
        ClassReason.OtherCountryInDeck => $"NPA {npa} is {Place(npa)}, and the group's US and Canada deck has a code for it",
        ClassReason.OtherCountryNotInDeck => $"NPA {npa} is {Place(npa)}, and no US and Canada deck in force on the group has a code for it",
        ClassReason.OtherCountryCode => "country code other than 1",
        _ => reason.ToString(),
    };

    public static string NumberRow(in NumberConfig row, long instantMs)
    {
        if (row.InForce.FromMs > instantMs)
        {
            return $"not in force before {Instant.Text(row.InForce.FromMs)}";
        }

        return row.InForce.ToMs <= instantMs
            ? $"expired at {Instant.Text(row.InForce.ToMs)}"
            : $"in force from {Instant.Text(row.InForce.FromMs)} until {Instant.Text(row.InForce.ToMs)}";
    }

    public static string NumberRow(in NumberConfig row)
    {
        string tag = row.Tag.Length == 0 ? "" : $" '{row.Tag}'";
        return Text($"{row.Type}{tag}, {Tier("customer", row.CustomerTier)}, {Tier("vendor", row.VendorTier)} (row {row.Id})");
    }

    private static string Tier(string whose, int tier) => tier == 0 ? $"no {whose} tier" : Text($"{whose} tier {tier}");

    public static string Deck(TrunkGroup group, CallClass callClass, AssignedDeck? assigned)
    {
        if (assigned is not null)
        {
            return $"assignment {assigned.AssignmentId} of class {callClass}, in force from {Instant.Text(assigned.InForce.FromMs)} until {Instant.Text(assigned.InForce.ToMs)}";
        }

        return group.DecksOf(callClass).Count == 0
            ? $"no deck is assigned to the group for class {callClass}"
            : $"decks are assigned to the group for class {callClass}, and none is in force at setup";
    }

    public static string Jurisdiction(JurisdictionReason reason) => reason switch
    {
        JurisdictionReason.SameRateCenter => "both numbers are of one rate centre, and the row has a local rate",
        JurisdictionReason.SameRegion => "both numbers are of one region",
        JurisdictionReason.OtherRegion => "the numbers are of different regions",
        JurisdictionReason.AniMissing => "the ANI is missing or malformed",
        JurisdictionReason.AniNotNanp => "the ANI is not a number of the NANP",
        JurisdictionReason.AniTollFree => "the ANI is toll-free",
        JurisdictionReason.Territory => "a number is of a US territory, which the deck has as indeterminate",
        JurisdictionReason.TerritoryIsInterstate => "a number is of a US territory, which the deck has as interstate",
        JurisdictionReason.AniRegionUnknown => "the region of the ANI is unknown",
        JurisdictionReason.TargetRegionUnknown => "the region of the number looked up is unknown",
        JurisdictionReason.DeliveredNotGeographic => "the call is toll-free, and the number it was delivered to is not known as a geographic one",
        _ => reason.ToString(),
    };

    /// <param name="tier">What a deck keyed by tier was asked for; null for other decks.</param>
    public static string Outcome(in RatedSide side, string deckHow, E164? tier) => side.Outcome switch
    {
        RatingOutcome.Advanced => "not charged on this side: the call advanced to another attempt",
        RatingOutcome.NoTrunkGroup => "not rated: no trunk group was found",
        RatingOutcome.InvalidNumber => side.Class == CallClass.UsCanada
            ? "not rated: the dialled number is not 1NXXNXXXXXX"
            : "not rated: the dialled number is not 1 to 15 digits that begin with 1 to 9",
        RatingOutcome.NoDeck => $"not rated: {deckHow}",
        RatingOutcome.NoCode when tier is { } asked => asked.IsNone ? "not rated: the number has no tier" : $"not rated: the deck has no row in force for tier {asked}",
        RatingOutcome.NoCode => "not rated: the deck has no code in force for the number",
        RatingOutcome.Blocked when side.Code.IsNone => "not rated: the row is blocked",
        RatingOutcome.Blocked => string.Create(CultureInfo.InvariantCulture, $"not rated: {(tier is null ? "code" : "tier")} {side.Code} is blocked"),
        RatingOutcome.NotAnswered => "not charged: the attempt was not answered",
        RatingOutcome.Rated => string.Create(CultureInfo.InvariantCulture, $"charged {side.Charge} {side.Currency}"),
        _ => side.Outcome.ToString(),
    };

    private static string Place(int npa) =>
        NumberPlan.Shipped.KindOf(npa) == NpaKind.Territory
            ? $"of a US territory ({NumberPlan.Shipped.CountryOf(npa)})"
            : $"of another country ({NumberPlan.Shipped.CountryOf(npa)})";
}
