using System.Globalization;
using System.Numerics;

namespace Perimeter.Oracle;

/// <summary>The rules of rating, one attempt at a time.</summary>
internal sealed class Rules(CarrierFiles carrier, Nanp nanp)
{
    private readonly Dictionary<string, Group[]> _groupsByName = carrier.Groups.GroupBy(group => group.Name).ToDictionary(named => named.Key, named => named.ToArray());
    private readonly Dictionary<string, Group> _groupsById = carrier.Groups.ToDictionary(group => group.Id.ToString(CultureInfo.InvariantCulture));
    private readonly ILookup<string, Trunk> _trunksByAddress = carrier.Trunks.ToLookup(trunk => trunk.Address);
    private readonly ILookup<string, Trunk> _trunksByName = carrier.Trunks.ToLookup(trunk => trunk.Name);
    private readonly ILookup<(int, string), Assignment> _assignments = carrier.Assignments.ToLookup(assignment => (assignment.Group, assignment.Class));

    public AttemptResult Rate(CallRecord record)
    {
        long t = record.SetupMs!.Value;
        Group? a = FindA(record, t);
        Group? b = FindB(record, t);
        string aniA = Written(record.Ani, a);
        string dnisA = Written(record.Dnis, a);
        bool sent = b?.Direction == "termination";
        string aniB = sent && record.AniSent.Length > 0 ? Written(record.AniSent, b) : aniA;
        string dnisB = sent && record.DnisSent.Length > 0 ? Written(record.DnisSent, b) : dnisA;
        long? rawA = record.AnswerMs is null ? null : record.EndMs - record.AnswerMs;
        long? answerB = record.AnswerBMs ?? record.AnswerMs;
        long? rawB = answerB is null ? null : (record.EndBMs ?? record.EndMs) - answerB;

        SideResult sideA = Side(a, aniA, dnisA, record.Lrn, t, rawA);
        if (!record.Final && record.AnswerMs is null)
        {
            sideA = sideA with { Outcome = "Advanced" };
        }

        return new AttemptResult(record, sideA, Side(b, aniB, dnisB, record.Lrn, t, rawB));
    }

    private SideResult Side(Group? group, string ani, string dnis, string lrn, long t, long? rawMs)
    {
        if (group is null)
        {
            return new SideResult { Outcome = "NoTrunkGroup" };
        }

        SideResult side = new()
        {
            Outcome = "InvalidNumber", TrunkGroup = group.Id, Relationship = group.Company.Id, IsCustomer = group.Relation == "customer",
        };
        if (dnis.Length is < 1 or > 15 || !dnis.All(char.IsAsciiDigit) || dnis[0] == '0')
        {
            return side;
        }

        string callClass = group.Direction == "termination" ? ClassOf(group, dnis, t) : "";
        side = side with { Class = callClass };
        if (callClass == "UsCanada" && !Nanp.IsNumber(dnis))
        {
            return side;
        }

        if (DeckInForce(group, callClass, t) is not { } deck)
        {
            return side with { Outcome = "NoDeck" };
        }

        side = side with { Deck = deck.Id, Currency = deck.Currency };
        return WithDeck(side, deck, ani, dnis, lrn, t, rawMs);
    }

    private SideResult WithDeck(SideResult side, Deck deck, string ani, string dnis, string lrn, long t, long? rawMs)
    {
        long seconds = rawMs is null ? 0 : Charging.Seconds(deck, rawMs.Value);
        side = side with { Seconds = seconds };
        string routed = WithCountryCode(lrn);
        string number = deck.IsUs && deck.RatesOnLrn && Nanp.IsNumber(routed) ? routed : dnis;
        if ((deck.IsUs && !Nanp.IsNumber(number)) || deck.Find(number, t) is not { } row)
        {
            return side with { Outcome = "NoCode" };
        }

        string jurisdiction = deck.IsUs ? Jurisdiction(deck, ani, number) : "";
        BigInteger rate = Charging.RateOf(deck, row, jurisdiction);
        side = side with { Code = row.Code, Destination = row.Destination, Jurisdiction = jurisdiction, RateNanos = rate };
        if (row.IsBlocked)
        {
            return side with { Outcome = "Blocked" };
        }

        if (rawMs is null)
        {
            return side with { Outcome = "NotAnswered" };
        }

        long billed = Charging.Billed(deck, row, rawMs.Value);
        BigInteger charge = Charging.Charge(deck, row, rate, billed);
        return side with
        {
            Outcome = "Rated", BilledSeconds = billed, ChargeNanos = charge, SystemNanos = Charging.InSystemCurrency(carrier, deck.Currency, charge, t),
        };
    }

    private string ClassOf(Group group, string dnis, long t)
    {
        if (carrier.Emergencies.Any(emergency => emergency.Number == dnis && emergency.InForce.Contains(t)))
        {
            return "Emergency";
        }

        if (Nanp.IsTollFree(dnis))
        {
            return "TollFree";
        }

        if (dnis[0] != '1')
        {
            return "International";
        }

        bool elsewhere = nanp.IsElsewhere(dnis) && DeckInForce(group, "UsCanada", t)?.Find(dnis, t) is null;
        return elsewhere ? "International" : "UsCanada";
    }

    private Deck? DeckInForce(Group group, string callClass, long t)
    {
        string written = callClass switch { "UsCanada" => "us_canada", "TollFree" => "toll_free", _ => callClass.ToLowerInvariant() };
        return _assignments[(group.Id, written)].FirstOrDefault(assignment => assignment.InForce.Contains(t) && assignment.Deck.InForce.Contains(t))?.Deck;
    }

    private string Jurisdiction(Deck deck, string ani, string number)
    {
        if (!Nanp.IsNumber(ani) || Nanp.IsTollFree(ani))
        {
            return "Indeterminate";
        }

        string Region(string of) => deck.TerritoriesAreInterstate && nanp.IsUsTerritory(of) ? "a territory" : nanp.RegionOf(of);
        string from = Region(ani);
        string to = Region(number);
        if (from.Length == 0 || to.Length == 0)
        {
            return "Indeterminate";
        }

        return from == to && from != "a territory" ? "Intrastate" : "Interstate";
    }

    /// <summary>An LRN may lack its country code; a "+" says that it is there.</summary>
    private static string WithCountryCode(string number) =>
        number.StartsWith('+') ? number[1..] : number.Length == 10 ? "1" + number : number;

    /// <summary>A number as written on a group, brought to E.164 without "+".</summary>
    private static string Written(string number, Group? group)
    {
        if (group is not null && group.TechPrefix.Length > 0 && number.StartsWith(group.TechPrefix, StringComparison.Ordinal))
        {
            number = number[group.TechPrefix.Length..];
        }

        if (number.StartsWith('+'))
        {
            return number[1..];
        }

        if (group is { IsNanp: true })
        {
            return number.StartsWith("011", StringComparison.Ordinal) ? number[3..] : number.Length == 10 ? "1" + number : number;
        }

        return number;
    }

    private Group? Named(string nameOrId, long t) =>
        _groupsByName.TryGetValue(nameOrId, out Group[]? named) ? named.FirstOrDefault(group => group.InForce.Contains(t))
        : _groupsById.TryGetValue(nameOrId, out Group? numbered) && numbered.InForce.Contains(t) ? numbered
        : null;

    private Group? FindA(CallRecord record, long t)
    {
        if (record.TrunkGroupA.Length > 0)
        {
            return Named(record.TrunkGroupA, t);
        }

        bool HasPrefix(string prefix) => prefix.Length == 0
            || (record.TechPrefix.Length > 0 ? record.TechPrefix == prefix : record.Dnis.StartsWith(prefix, StringComparison.Ordinal));
        return _trunksByAddress[record.SourceIp]
            .Where(trunk => trunk.Group.CallsComeIn && trunk.InForce.Contains(t) && trunk.Group.InForce.Contains(t))
            .Where(trunk => trunk.Port == 0 || trunk.Port == record.SourcePort)
            .Where(trunk => trunk.Protocol.Length == 0 || trunk.Protocol == record.Protocol)
            .Where(trunk => HasPrefix(trunk.Group.TechPrefix))
            .OrderByDescending(trunk => trunk.Group.TechPrefix.Length)
            .ThenByDescending(trunk => trunk.Port > 0)
            .ThenByDescending(trunk => trunk.Protocol.Length > 0)
            .FirstOrDefault()?.Group;
    }

    private Group? FindB(CallRecord record, long t) =>
        record.TrunkGroupB.Length > 0
            ? Named(record.TrunkGroupB, t)
            : _trunksByName[record.VendorTrunk]
                .FirstOrDefault(trunk => !trunk.Group.CallsComeIn && trunk.InForce.Contains(t) && trunk.Group.InForce.Contains(t))?.Group;
}
