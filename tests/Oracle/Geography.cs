namespace Perimeter.Oracle;

/// <summary>An entry of the reference data, for a time.</summary>
internal sealed record ReferenceEntry(string Region, string Lata, string Ocn, string RateCenter, Span InForce);

/// <summary>Where a number is and whose: what is not known is empty.</summary>
internal sealed record Place(string Region, string Lata, string Ocn, string RateCenter, bool IsTerritory, bool IsUsCanada)
{
    /// <summary>Both have a rate centre and a region, and have the same.</summary>
    public bool IsOfOneRateCenterWith(Place other) =>
        RateCenter.Length > 0 && Region.Length > 0 && RateCenter.Equals(other.RateCenter, StringComparison.OrdinalIgnoreCase) && Region == other.Region;
}

/// <summary>Places of numbers: by the reference data of the carrier, and for the region by the numbering plan where they say nothing.</summary>
internal sealed class Geography(Nanp nanp, CarrierFiles carrier)
{
    private static readonly string[] Territories = ["AS", "GU", "MP", "PR", "VI"];

    public Place PlaceOf(string number, long t)
    {
        if (!Nanp.IsNumber(number))
        {
            return new Place("", "", "", "", false, false);
        }

        List<ReferenceEntry> entries = [];
        foreach (string code in (string[])[number[1..8], number[1..7]])
        {
            if (carrier.Reference.TryGetValue(code, out List<ReferenceEntry>? dated) && Dated.InForceAt(dated, entry => entry.InForce, t) is { } entry)
            {
                entries.Add(entry);
            }
        }

        string Cell(Func<ReferenceEntry, string> cell) => entries.Select(cell).FirstOrDefault(text => text.Length > 0, "");
        string region = Cell(entry => entry.Region);
        bool isTerritory = nanp.IsUsTerritory(number) || Territories.Contains(region);
        return new Place(
            region.Length > 0 ? region : nanp.RegionOf(number), Cell(entry => entry.Lata), Cell(entry => entry.Ocn), Cell(entry => entry.RateCenter),
            isTerritory, !isTerritory && !Nanp.IsTollFree(number) && !nanp.IsElsewhere(number));
    }

    /// <param name="target">The number looked up; of a toll-free call the one that it was delivered to.</param>
    public string Jurisdiction(Deck deck, DeckRow row, string ani, string target, long t)
    {
        if (!Nanp.IsNumber(ani) || !Nanp.IsNumber(target))
        {
            return "Indeterminate";
        }

        Place from = PlaceOf(ani, t);
        Place to = PlaceOf(target, t);
        string Region(Place place) => place.IsTerritory ? (deck.TerritoriesAreInterstate ? "a territory" : "") : place.IsUsCanada ? place.Region : "";
        if (Region(from).Length == 0 || Region(to).Length == 0)
        {
            return "Indeterminate";
        }

        if (from.IsTerritory || to.IsTerritory || Region(from) != Region(to))
        {
            return "Interstate";
        }

        return row.Local is not null && from.IsOfOneRateCenterWith(to) ? "Local" : "Intrastate";
    }
}
