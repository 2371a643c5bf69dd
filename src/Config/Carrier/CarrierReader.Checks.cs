using Perimeter.Domain;

namespace Perimeter.Config;

/// <content>What has to hold between rows.</content>
internal sealed partial class CarrierReader
{
    private static bool IsIncoming(TrunkGroupConfig group) =>
        (group.Direction, group.Relation) is (Direction.Termination, Relation.Customer) or (Direction.Origination, Relation.Vendor);

    /// <summary>A call that comes in from an address must lead to one trunk group.</summary>
    private void CheckAddresses()
    {
        var byAddress = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (int trunk = 0; trunk < _trunks.Count; trunk++)
        {
            if (_trunks[trunk].Address.Length == 0 || _trunkGroupRows.ById(_trunks[trunk].TrunkGroup.Value) < 0)
            {
                continue;
            }

            if (!byAddress.TryGetValue(_trunks[trunk].Address, out List<int>? same))
            {
                byAddress.Add(_trunks[trunk].Address, same = []);
            }

            foreach (int other in same)
            {
                CheckSharedAddress(trunk, other);
            }

            same.Add(trunk);
        }
    }

    private void CheckSharedAddress(int trunk, int other)
    {
        TrunkConfig one = _trunks[trunk];
        TrunkConfig two = _trunks[other];
        TrunkGroupConfig oneGroup = _trunkGroups[_trunkGroupRows.ById(one.TrunkGroup.Value)];
        TrunkGroupConfig twoGroup = _trunkGroups[_trunkGroupRows.ById(two.TrunkGroup.Value)];
        bool samePort = one.Port == 0 || two.Port == 0 || one.Port == two.Port;
        bool sameProtocol = one.Protocol.Length == 0 || two.Protocol.Length == 0 || one.Protocol == two.Protocol;
        if (!samePort || !sameProtocol || !one.InForce.Overlaps(two.InForce))
        {
            return;
        }

        if (one.TrunkGroup == two.TrunkGroup)
        {
            if (one.Port == two.Port && one.Protocol == two.Protocol)
            {
                FailTrunk(trunk, "address", $"line {_trunkRows.LineOf(other)} gives the same trunk group the same address");
            }

            return;
        }

        if (!IsIncoming(oneGroup) || !IsIncoming(twoGroup) || !oneGroup.InForce.Overlaps(twoGroup.InForce))
        {
            return;
        }

        string shared = $"trunk groups {Shown.Text(twoGroup.Name)} (line {_trunkRows.LineOf(other)}) and {Shown.Text(oneGroup.Name)} share this address and port";
        if (oneGroup.TechPrefix.Length == 0 || twoGroup.TechPrefix.Length == 0)
        {
            string without = oneGroup.TechPrefix.Length == 0 ? oneGroup.Name : twoGroup.Name;
            FailTrunk(trunk, "address", $"{shared}, so that each needs a tech_prefix of its own: {Shown.Text(without)} has none");
        }
        else if (oneGroup.TechPrefix == twoGroup.TechPrefix)
        {
            FailTrunk(trunk, "address", $"{shared} and the tech_prefix {Shown.Text(oneGroup.TechPrefix)}");
        }
    }

    private void FailTrunk(int trunk, string column, string reason) =>
        _errors.Add(new ConfigError(_trunkRows.FileName, _trunkRows.LineOf(trunk), column, reason));

    /// <summary>At most one deck is in force per trunk group, class and instant.</summary>
    private void CheckAssignments()
    {
        var byKey = new Dictionary<(TrunkGroupId, CallClass), List<int>>();
        for (int assignment = 0; assignment < _assignments.Count; assignment++)
        {
            DeckAssignmentConfig config = _assignments[assignment];
            if (config.TrunkGroup == default || config.Class == CallClass.None)
            {
                continue;
            }

            if (!byKey.TryGetValue((config.TrunkGroup, config.Class), out List<int>? same))
            {
                byKey.Add((config.TrunkGroup, config.Class), same = []);
            }

            int other = same.FindIndex(place => _assignments[place].InForce.Overlaps(config.InForce));
            if (other >= 0)
            {
                _errors.Add(new ConfigError(
                    _assignmentRows.FileName,
                    _assignmentRows.LineOf(assignment),
                    "",
                    $"line {_assignmentRows.LineOf(same[other])} assigns a deck to the same trunk group and class at the same time"));
            }

            same.Add(assignment);
        }
    }

    /// <summary>A deck in another currency needs an exchange rate at every instant at which it may rate a call.</summary>
    private void CheckCurrencies()
    {
        for (int deck = 0; deck < _decks.Count; deck++)
        {
            RateDeckConfig config = _decks[deck];
            if (config.Settings.Currency == _systemCurrency)
            {
                continue;
            }

            long covered = config.InForce.FromMs;
            foreach (ExchangeRateConfig rate in _exchangeRates.Where(rate => rate.Currency == config.Settings.Currency).OrderBy(rate => rate.InForce.FromMs))
            {
                covered = rate.InForce.FromMs <= covered ? Math.Max(covered, rate.InForce.ToMs) : covered;
            }

            if (covered < config.InForce.ToMs)
            {
                string since = covered == Interval.BeginningMs ? "from the beginning" : $"at {DateTime.UnixEpoch.AddMilliseconds(covered):yyyy-MM-ddTHH:mm:ss.fff}Z";
                _errors.Add(new ConfigError(
                    _deckRows.FileName,
                    _deckRows.LineOf(deck),
                    "currency",
                    $"exchange_rates.csv has no rate for {config.Settings.Currency} {since}, when the deck is in force"));
            }
        }
    }

    private void NoteUnused()
    {
        foreach ((string path, _) in content.Places.OrderBy(place => place.Key, StringComparer.Ordinal))
        {
            if (!content.Used.Contains(path))
            {
                _notes.Add(new ConfigError(path, 0, "", "is no file of a carrier folder and no deck names it, ignored"));
            }
        }
    }
}
