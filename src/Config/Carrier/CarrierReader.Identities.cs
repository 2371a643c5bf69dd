using Perimeter.Domain;

namespace Perimeter.Config;

/// <content>What the ids of the folder stand for.</content>
internal sealed partial class CarrierReader
{
    private IEnumerable<CarrierIdentity> Identities() => IdentitiesOfFew().Concat(
        _numbers.Where(static number => number.Id > 0).Select(static number => new CarrierIdentity(NumberingFile, number.Id, "", $"number {number.Number}", number.Line)));

    private List<CarrierIdentity> IdentitiesOfFew()
    {
        var identities = new List<CarrierIdentity>();
        for (int i = 0; i < _relationships.Count; i++)
        {
            identities.Add(Identity(_relationshipRows, i, _relationships[i].Id.Value, _relationships[i].Name, ""));
        }

        for (int i = 0; i < _trunkGroups.Count; i++)
        {
            TrunkGroupConfig group = _trunkGroups[i];
            identities.Add(Identity(
                _trunkGroupRows, i, group.Id.Value, group.Name, $"{SideOf(group.Direction, group.Relation)} of relationship {group.Relationship.Value}"));
        }

        for (int i = 0; i < _trunks.Count; i++)
        {
            identities.Add(Identity(_trunkRows, i, _trunks[i].Id.Value, _trunks[i].Name, $"of trunk group {_trunks[i].TrunkGroup.Value}"));
        }

        for (int i = 0; i < _manipulations.Count; i++)
        {
            ManipulationConfig manipulation = _manipulations[i];
            identities.Add(Identity(_manipulationRows, i, manipulation.Id, "", $"{manipulation.Header} of trunk group {manipulation.TrunkGroup.Value}"));
        }

        for (int i = 0; i < _decks.Count; i++)
        {
            RateDeckConfig deck = _decks[i];
            identities.Add(Identity(_deckRows, i, deck.Id.Value, deck.Name, $"{SideOf(deck.Direction, deck.Relation)} in {deck.Settings.Currency}"));
        }

        for (int i = 0; i < _assignments.Count; i++)
        {
            DeckAssignmentConfig assignment = _assignments[i];
            identities.Add(Identity(_assignmentRows, i, assignment.Id, "", $"{assignment.Class} of trunk group {assignment.TrunkGroup.Value}"));
        }

        for (int i = 0; i < _exchangeRates.Count; i++)
        {
            identities.Add(Identity(_exchangeRateRows, i, _exchangeRates[i].Id, "", $"of {_exchangeRates[i].Currency}"));
        }

        for (int i = 0; i < _switches.Count; i++)
        {
            // The name is in the keys of calls: under another one, everything that was taken before would be charged again.
            identities.Add(Identity(_switchRows, i, _switches[i].Id, _switches[i].Name, $"the switch_id {_switches[i].Name}"));
        }

        return identities;
    }

    private static CarrierIdentity Identity(NamedRows rows, int place, int id, string name, string nature) =>
        new(rows.FileName, id, name, nature, rows.LineOf(place));
}
