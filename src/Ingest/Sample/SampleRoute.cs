using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>Whose call it is, to whom it may go, and the number that is called.</summary>
/// <param name="IsUs">The number called is one of the US or Canada.</param>
internal sealed record SampleRoute(SampleGroup A, IReadOnlyList<SampleGroup> Candidates, string Dnis, bool IsUs)
{
    /// <summary>The caller, where it matters who it is.</summary>
    public string? Ani { get; init; }

    /// <summary>A number of the US or Canada near which the caller may be, where the number called is not one; empty where callers are anywhere.</summary>
    public string Near { get; init; } = "";

    /// <summary>Of calls to toll-free numbers: the number that they are delivered to; empty where the switch does not say.</summary>
    public string? Delivered { get; init; }

    /// <summary>Originating line information; empty where the switch does not say.</summary>
    public string Oli { get; init; } = "";

    /// <summary>The route of a turn that is about more than two Termination groups; null for the others, and where the carrier has nobody for it.</summary>
    public static SampleRoute? Draw(ref SampleDice dice, SampleMarket market, SampleTurn turn) => turn switch
    {
        SampleTurn.Did or SampleTurn.Forwarded or SampleTurn.DidUnlisted when market.DidTrades.Count > 0 => ToDid(ref dice, market, turn),
        SampleTurn.TollFree when market.TollFreeTrades.Count > 0 => ToTollFree(ref dice, market),
        SampleTurn.OnNet when market.DidTrades.Count > 0 => OnNet(ref dice, market),
        SampleTurn.Transit when market.DidTrades.Count > 0 => Transit(ref dice, market),
        SampleTurn.TollFreeOut when market.TollFreeCustomers.Count > 0 && market.TollFreeVendors.Count > 0 =>
            new SampleRoute(dice.Of(market.TollFreeCustomers), market.TollFreeVendors, SampleNumbers.TollFree(ref dice), IsUs: false)
            {
                Near = NumberOfUs(ref dice, market), Oli = LineOf(ref dice),
            },
        SampleTurn.Local when market.UsCustomers.Count > 0 && market.LocalVendors.Count > 0 => Local(ref dice, market),
        SampleTurn.Peered when market.UsCustomers.Count > 0 && market.PeeredExchanges.Count > 0 => new SampleRoute(
            dice.Of(market.UsCustomers), market.Peers, dice.Of(market.PeeredExchanges) + SampleNumbers.Digits(ref dice, 4), IsUs: true),
        _ => null,
    };

    private static SampleRoute ToDid(ref SampleDice dice, SampleMarket market, SampleTurn turn)
    {
        SampleTrade trade = TradeOf(ref dice, market.DidTrades);
        string number = dice.Of(trade.Numbers);
        if (turn == SampleTurn.DidUnlisted)
        {
            number = number[..^4] + SampleNumbers.Digits(ref dice, 4);
        }

        return new SampleRoute(dice.Of(trade.Vendors), trade.Owners, number, trade.IsUs);
    }

    private static SampleRoute ToTollFree(ref SampleDice dice, SampleMarket market)
    {
        SampleTrade trade = TradeOf(ref dice, market.TollFreeTrades);
        string number = dice.Of(trade.Numbers);
        int drawn = dice.Below(100);
        string near = trade.IsUs ? NumberOfUs(ref dice, market) : "";
        string delivered = drawn < 8 ? "" : drawn < 15 ? number : trade.IsUs ? near : SampleNumbers.Foreign(ref dice);
        return new SampleRoute(dice.Of(trade.Vendors), trade.Owners, number, IsUs: false) { Near = near, Delivered = delivered, Oli = LineOf(ref dice) };
    }

    private static string NumberOfUs(ref SampleDice dice, SampleMarket market) =>
        market.UsCustomers.Count > 0 ? SampleNumbers.UsCanada(ref dice, dice.Of(market.UsCustomers).UsCanada!) : "";

    private static SampleRoute? OnNet(ref SampleDice dice, SampleMarket market)
    {
        SampleTrade trade = TradeOf(ref dice, market.DidTrades);
        IReadOnlyList<SampleGroup> customers = trade.IsUs ? market.UsCustomers : market.InternationalCustomers;
        return customers.Count == 0 ? null : new SampleRoute(dice.Of(customers), trade.Owners, dice.Of(trade.Numbers), trade.IsUs);
    }

    private static SampleRoute? Transit(ref SampleDice dice, SampleMarket market)
    {
        SampleTrade trade = TradeOf(ref dice, market.DidTrades);
        IReadOnlyList<SampleGroup> vendors = trade.IsUs ? market.UsVendors : market.InternationalVendors;
        return vendors.Count == 0 ? null : new SampleRoute(dice.Of(trade.Vendors), vendors, dice.Of(trade.Numbers), trade.IsUs);
    }

    /// <summary>The way on of a call that its number's owner forwards: over a Termination group of the same company; null where it has none.</summary>
    public static SampleRoute? Onward(ref SampleDice dice, SampleMarket market, SampleGroup owner)
    {
        bool isUs = market.UsCustomers.Any(group => group.Config.Relationship == owner.Config.Relationship);
        SampleGroup[] ways = [.. (isUs ? market.UsCustomers : market.InternationalCustomers).Where(group => group.Config.Relationship == owner.Config.Relationship)];
        IReadOnlyList<SampleGroup> vendors = isUs ? market.UsVendors : market.InternationalVendors;
        if (ways.Length == 0 || vendors.Count == 0)
        {
            return null;
        }

        SampleGroup a = dice.Of(ways);
        string number = isUs ? SampleNumbers.UsCanada(ref dice, a.UsCanada!) : SampleNumbers.International(ref dice, a.International!);
        return new SampleRoute(a, vendors, number, isUs);
    }

    /// <summary>From one number of an exchange to another.</summary>
    private static SampleRoute Local(ref SampleDice dice, SampleMarket market)
    {
        SampleGroup a = dice.Of(market.UsCustomers);
        string exchange = dice.Of(a.UsCanada!.Exchanges);
        return new SampleRoute(a, market.LocalVendors, exchange + SampleNumbers.Digits(ref dice, 4), IsUs: true) { Ani = exchange + SampleNumbers.Digits(ref dice, 4) };
    }

    private static SampleTrade TradeOf(ref SampleDice dice, IReadOnlyList<SampleTrade> trades) =>
        trades.Count == 1 || dice.Happens(7_000) ? trades[0] : trades[1];

    /// <summary>An ordinary line, most of the time, or a payphone.</summary>
    private static string LineOf(ref SampleDice dice) => dice.Below(100) switch
    {
        < 2 => "27", < 3 => "29", < 5 => "70", < 30 => "00", < 33 => "61", _ => "",
    };
}
