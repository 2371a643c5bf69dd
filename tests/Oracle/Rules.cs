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

    private readonly Geography _geography = new(nanp, carrier);

    public AttemptResult Rate(CallRecord record)
    {
        long t = record.SetupMs!.Value;
        Group? a = FindA(record, t);
        Group? b = FindB(record, t);
        SideNumbers numbersA = NumbersOfA(record, a, b, t);
        bool sent = b?.Direction == "termination";
        SideNumbers numbersB = numbersA with
        {
            Dialled = sent && record.DnisSent.Length > 0 ? WrittenNumber.DialledAsSent(record.DnisSent, b) : numbersA.Dialled,
            Ani = sent && record.AniSent.Length > 0 ? WrittenNumber.CallingAsSent(record.AniSent, b) : numbersA.Ani,
        };
        long? rawA = record.AnswerMs is null ? null : record.EndMs - record.AnswerMs;
        long? answerB = record.AnswerBMs ?? record.AnswerMs;
        long? rawB = answerB is null ? null : (record.EndBMs ?? record.EndMs) - answerB;

        SideResult sideA = Side(a, numbersA, t, rawA);
        if (!record.Final && record.AnswerMs is null)
        {
            sideA = sideA with { Outcome = "Advanced" };
        }

        return new AttemptResult(record, sideA, Side(b, numbersB, t, rawB));
    }

    private SideNumbers NumbersOfA(CallRecord record, Group? a, Group? b, long t)
    {
        string dialled = WrittenNumber.Dialled(record.Dnis, a, t);
        bool asksNumbering = a?.Direction == "origination" || b?.Direction == "origination";
        OwnNumber? own = asksNumbering && carrier.Numbers.TryGetValue(dialled, out List<OwnNumber>? dated) ? dated.FirstOrDefault(number => number.InForce.Contains(t)) : null;
        bool isTollFree = own is { IsTollFree: true } || Nanp.IsTollFree(dialled);
        return new SideNumbers(dialled, WrittenNumber.Calling(record.Ani, a, t), WrittenNumber.Lrn(record.Lrn), own)
        {
            Delivered = isTollFree && record.DnisSent.Length > 0 ? WrittenNumber.DialledAsSent(record.DnisSent, b) : "",
            IsFromPayphone = isTollFree && record.Oli is "27" or "29" or "70",
        };
    }

    private SideResult Side(Group? group, SideNumbers numbers, long t, long? rawMs)
    {
        if (group is null)
        {
            return new SideResult { Outcome = "NoTrunkGroup" };
        }

        SideResult side = new()
        {
            Outcome = "InvalidNumber", TrunkGroup = group.Id, Relationship = group.Company.Id, IsCustomer = group.Relation == "customer",
        };
        string dnis = numbers.Dialled;
        if (!WrittenNumber.IsValid(dnis))
        {
            return side;
        }

        string callClass = group.Direction == "termination" ? ClassByGeography(group, dnis, t) : ClassByNumbering(dnis, numbers.Own);
        side = side with { Class = callClass };
        if (callClass == "UsCanada" && !Nanp.IsNumber(dnis))
        {
            return side;
        }

        if (DeckInForce(group, callClass, t) is not { } deck)
        {
            return side with { Outcome = "NoDeck" };
        }

        side = side with { Deck = deck.Id, Currency = deck.Currency, Seconds = rawMs is null ? 0 : Charging.Seconds(deck, rawMs.Value) };
        return WithDeck(side, deck, numbers, t, rawMs);
    }

    private SideResult WithDeck(SideResult side, Deck deck, SideNumbers numbers, long t, long? rawMs)
    {
        string number = NumberLookedUp(deck, numbers);
        if (FindRow(deck, number, numbers, t) is not { } row)
        {
            return side with { Outcome = "NoCode" };
        }

        string jurisdiction = deck.HasJurisdictions ? _geography.Jurisdiction(deck, row, numbers.Ani, deck.IsTollFree ? numbers.Delivered : number, t) : "";
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
        BigInteger charge = Charging.Charge(deck, row, rate, billed, deck.IsTollFree && numbers.IsFromPayphone ? deck.PayphoneNanos : 0);
        return side with
        {
            Outcome = "Rated", BilledSeconds = billed, ChargeNanos = charge, SystemNanos = Charging.InSystemCurrency(carrier, deck.Currency, charge, t),
        };
    }

    private static string NumberLookedUp(Deck deck, SideNumbers numbers)
    {
        if (deck.IsByTier)
        {
            return (deck.IsCustomer ? numbers.Own?.CustomerTier : numbers.Own?.VendorTier) ?? "";
        }

        if (deck.IsTollFree)
        {
            return deck.IsFlatTollFree ? numbers.Dialled : numbers.Ani;
        }

        return deck.HasJurisdictions && deck.RatesOnLrn && Nanp.IsNumber(numbers.Lrn) ? numbers.Lrn : numbers.Dialled;
    }

    private DeckRow? FindRow(Deck deck, string number, SideNumbers numbers, long t)
    {
        bool isOfUsCanada = !deck.IsInternational && !deck.IsByTier;
        if (isOfUsCanada && !Nanp.IsNumber(number))
        {
            return null;
        }

        return deck.Type switch
        {
            "did" when deck.IsByTier => deck.At(number, t),
            "lata-ocn" or "peering" => deck.At(_geography.PlaceOf(number, t), t),
            "local" when !_geography.PlaceOf(number, t).IsOfOneRateCenterWith(_geography.PlaceOf(numbers.Ani, t)) => null,
            "origin-based" => deck.Longest(number, numbers.Ani, t),
            _ => deck.Longest(number, t),
        };
    }

    private static string ClassByNumbering(string dnis, OwnNumber? own) => (own?.IsTollFree ?? Nanp.IsTollFree(dnis)) ? "TollFree" : "Did";

    private string ClassByGeography(Group group, string dnis, long t)
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

        bool elsewhere = nanp.IsElsewhere(dnis) && DeckInForce(group, "UsCanada", t)?.Longest(dnis, t) is null;
        return elsewhere ? "International" : "UsCanada";
    }

    private Deck? DeckInForce(Group group, string callClass, long t)
    {
        string written = callClass switch { "UsCanada" => "us_canada", "TollFree" => "toll_free", _ => callClass.ToLowerInvariant() };
        return _assignments[(group.Id, written)].FirstOrDefault(assignment => assignment.InForce.Contains(t) && assignment.Deck.InForce.Contains(t))?.Deck;
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

/// <summary>What one side is rated on, in E.164 where it is a number at all.</summary>
internal sealed record SideNumbers(string Dialled, string Ani, string Lrn, OwnNumber? Own)
{
    /// <summary>Of a toll-free call, the number that it was delivered to.</summary>
    public string Delivered { get; init; } = "";

    public bool IsFromPayphone { get; init; }
}
