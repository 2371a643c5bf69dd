using System.Globalization;
using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>Who calls whom through which groups, and how the switch writes it.</summary>
internal sealed class SampleLegs(SampleMarket market, SampleRecord first)
{
    private static readonly string[] UnknownAddresses = ["203.0.113.200", "203.0.113.201", "203.0.113.202"];

    private SampleGroup? _a;
    private IReadOnlyList<SampleGroup> _candidates = [];
    private int _nextCandidate;
    private string _ani = "";
    private string _dnis = "";
    private bool _isUs;
    private SampleTurn _turn;
    private SampleRoute? _route;

    /// <summary>The call never reached a vendor.</summary>
    public bool IsRefused => Refusal.Length > 0;

    public string Refusal { get; private set; } = "";

    /// <summary>Whom the last attempt went to.</summary>
    public SampleGroup? LastB { get; private set; }

    public void Draw(ref SampleDice dice, SampleTurn turn)
    {
        _turn = turn;
        _isUs = market.UsCustomers.Count > 0 && (market.InternationalCustomers.Count == 0 || dice.Happens(4_200));
        _route = SampleRoute.Draw(ref dice, market, turn);
        if (_route is null)
        {
            DrawGroups(ref dice);
        }

        // Vendors are tried in rotation from a drawn one, so that the attempts of a call go to different ones.
        Begin(ref dice);
        DrawRefusal(ref dice);
    }

    /// <summary>A call by a route that is given.</summary>
    public void Draw(ref SampleDice dice, SampleRoute route)
    {
        _turn = SampleTurn.Onward;
        _route = route;
        Begin(ref dice);
    }

    /// <summary>The record of the next attempt: side A as drawn, side B of the next vendor.</summary>
    public SampleRecord Attempt(ref SampleDice dice, int attempt, long setupMs)
    {
        SampleGroup b = _candidates[_nextCandidate++ % _candidates.Count];
        LastB = b;
        SampleRecord record = attempt == 1 ? first : new SampleRecord
        {
            Switch = first.Switch, CallId = first.CallId, TrunkGroupA = first.TrunkGroupA, SourceIp = first.SourceIp,
            SourcePort = first.SourcePort, Protocol = first.Protocol, TechPrefix = first.TechPrefix, Ani = first.Ani, Dnis = first.Dnis,
            Lrn = first.Lrn, Oli = first.Oli, ForwardedFrom = first.ForwardedFrom,
        };
        record.Attempt = attempt;
        record.SetupMs = setupMs;
        WriteSideB(ref dice, record, b);
        return record;
    }

    private void DrawGroups(ref SampleDice dice)
    {
        IReadOnlyList<SampleGroup> customers = _isUs ? market.UsCustomers : market.InternationalCustomers;
        _candidates = _isUs ? market.UsVendors : market.InternationalVendors;
        if (_turn == SampleTurn.NoDeckA && customers.Where(customer => !customer.Has(CallClass.TollFree)).ToArray() is { Length: > 0 } without)
        {
            customers = without;
        }

        _a = dice.Of(customers);
        if (_turn == SampleTurn.Emergency && market.EmergencyVendors.Count > 0)
        {
            _candidates = market.EmergencyVendors;
        }

        if (_turn is SampleTurn.NoCodeB or SampleTurn.NoDeckB or SampleTurn.BlockedB)
        {
            _a = dice.Of(market.InternationalCustomers.Count > 0 ? market.InternationalCustomers : market.UsCustomers);
            _isUs = _a.International is null;
            _candidates = _isUs ? [.. market.UsVendors.Where(vendor => vendor.UsCanada is not null)] : market.InternationalVendors;
        }
    }

    private void Begin(ref SampleDice dice)
    {
        if (_route is not null)
        {
            (_a, _candidates, _isUs) = (_route.A, _route.Candidates, _route.IsUs);
        }

        _nextCandidate = dice.Below(Math.Max(1, _candidates.Count));
        DrawNumbers(ref dice);
        WriteSideA(ref dice);
    }

    private void DrawNumbers(ref SampleDice dice)
    {
        SampleCodes? codes = _isUs ? _a!.UsCanada : _a!.International;
        codes ??= _isUs ? market.UsCustomers.FirstOrDefault()?.UsCanada : market.InternationalCustomers.FirstOrDefault()?.International;
        if (_route is null)
        {
            DrawDialled(ref dice, codes!);
        }
        else
        {
            _dnis = _route.Dnis;
            first.Oli = _route.Oli;
        }

        SampleCodes? exchanges = _a!.UsCanada ?? market.UsCustomers.FirstOrDefault()?.UsCanada;
        _ani = _route?.Ani ?? SampleCallers.Draw(ref dice, exchanges, _isUs ? _dnis : _route?.Near ?? "");
        if (_isUs && codes is not null)
        {
            first.Lrn = _turn is not (SampleTurn.Local or SampleTurn.Peered) ? SampleCallers.DrawLrn(ref dice, codes, _dnis)
                : dice.Happens(5_000) ? _dnis[..7] + "0000" : "";
        }
    }

    private void DrawDialled(ref SampleDice dice, SampleCodes codes)
    {
        _dnis = _isUs ? SampleNumbers.UsCanada(ref dice, codes) : SampleNumbers.International(ref dice, codes);
        switch (_turn)
        {
            case SampleTurn.InvalidNumberA:
                _dnis = SampleNumbers.Malformed(ref dice);
                break;
            case SampleTurn.NoDeckA:
                _dnis = SampleNumbers.TollFree(ref dice);
                break;
            case SampleTurn.NoCodeA:
                _dnis = SampleNumbers.Unsold(ref dice);
                break;
            case SampleTurn.BlockedA when codes.Blocked.Count > 0:
                _dnis = SampleNumbers.Fill(ref dice, dice.Of(codes.Blocked), 11);
                break;
            case SampleTurn.BlockedB or SampleTurn.NoCodeB:
                DrawNumberThatTheVendorHasNot(ref dice, codes);
                break;
            case SampleTurn.NoDeckB:
                DrawVendorWithoutDeck(ref dice);
                break;
            case SampleTurn.Emergency:
                _dnis = "911";
                break;
        }
    }

    private void DrawNumberThatTheVendorHasNot(ref SampleDice dice, SampleCodes codes)
    {
        SampleGroup vendor = _candidates[_nextCandidate % _candidates.Count];
        SampleCodes offered = (_isUs ? vendor.UsCanada : vendor.International)!;
        IReadOnlyList<string> choices = _turn == SampleTurn.BlockedB ? offered.Blocked : market.Uncovered(codes, offered);
        if (choices.Count > 0)
        {
            _dnis = SampleNumbers.Fill(ref dice, dice.Of(choices), 11);
        }
    }

    private void DrawVendorWithoutDeck(ref SampleDice dice)
    {
        SampleGroup[] without = [.. market.Vendors.Where(vendor => !vendor.Has(_isUs ? CallClass.UsCanada : CallClass.International))];
        if (without.Length > 0)
        {
            _candidates = [dice.Of(without)];
        }
    }

    private void WriteSideA(ref SampleDice dice)
    {
        SampleGroup a = _a!;
        first.Dnis = a.Writing.Dialled(ref dice, _dnis);
        first.Ani = a.Writing.Calling(ref dice, _ani);
        if (_turn == SampleTurn.UnknownGroupA)
        {
            bool byAddress = dice.Happens(5_000);
            first.SourceIp = byAddress ? dice.Of(UnknownAddresses) : "";
            first.TrunkGroupA = byAddress ? "" : "legacy-gateway-7";
            return;
        }

        int way = dice.Below(100);
        bool byPrefix = a.Config.TechPrefix.Length > 0 && a.Trunks.Count > 0;
        if (way < 25 && (a.HasOwnAddress || byPrefix))
        {
            TrunkConfig trunk = a.Trunks[0];
            first.SourceIp = trunk.Address;
            first.SourcePort = trunk.Port == 0 ? 5060 : trunk.Port;
            first.Protocol = trunk.Protocol.Length == 0 ? "udp" : trunk.Protocol;
            first.TechPrefix = a.Config.TechPrefix;
        }
        else
        {
            first.TrunkGroupA = way < 30 ? a.Config.Id.Value.ToString(CultureInfo.InvariantCulture) : a.Name;
        }
    }

    private void WriteSideB(ref SampleDice dice, SampleRecord record, SampleGroup b)
    {
        if (_turn == SampleTurn.UnknownVendorTrunk)
        {
            record.VendorTrunk = "decommissioned-trunk-3";
        }
        else if (b.Trunks.Count > 0 && dice.Happens(3_000))
        {
            record.VendorTrunk = dice.Of(b.Trunks).Name;
        }
        else
        {
            record.TrunkGroupB = b.Name;
        }

        bool plain = !_a!.IsNanp && !b.IsNanp && _a.Config.TechPrefix.Length == 0 && b.Config.TechPrefix.Length == 0;
        if (plain && _turn == SampleTurn.None && dice.Happens(2_000))
        {
            return;
        }

        record.DnisSent = _turn switch
        {
            SampleTurn.InvalidNumberB => b.Config.TechPrefix + _dnis.PadRight(E164.MaxDigits + 2, '0'),
            SampleTurn.InvalidNumberA => b.Config.TechPrefix + _dnis,
            _ => _route?.Delivered is { } delivered ? (delivered.Length == 0 ? "" : b.Writing.Sent(delivered)) : b.Writing.Sent(_dnis),
        };
        record.AniSent = b.Writing.CallingSent(_ani);
    }

    private void DrawRefusal(ref SampleDice dice)
    {
        Refusal = _turn switch
        {
            SampleTurn.RefusedBeforeVendor => dice.Happens(5_000) ? "no_profitable_route" : "no_capacity",
            SampleTurn.NoDeckA when dice.Happens(5_000) => "no_deck",
            SampleTurn.NoCodeA when dice.Happens(5_000) => "no_code",
            SampleTurn.BlockedA when dice.Happens(5_000) => "blocked",
            SampleTurn.InvalidNumberA when dice.Happens(7_500) => "invalid_number",
            SampleTurn.UnknownGroupA when dice.Happens(5_000) => "unknown_source",
            _ => "",
        };
    }
}
