using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

public sealed class CurrencyTests
{
    private static readonly CurrencyCode Euro = CurrencyCode.Parse("EUR");

    private static Carrier InEuro(params ExchangeRateConfig[] rates)
    {
        Carrier carrier = new Carrier().Assign(
            10, CallClass.International, Deck(new RateDeckSettings { Type = DeckType.InternationalDialed, Currency = Euro, RoundingDigits = 9 }, Row("49", "0.000000025")));
        carrier.Config = carrier.Config with { ExchangeRates = rates };
        return carrier;
    }

    private static ExchangeRateConfig Rate(int id, string rate, Interval inForce) =>
        new(id, Euro, ExchangeRate.TryParse(rate, out ExchangeRate parsed) ? parsed : throw new FormatException(rate), inForce);

    [Theory]
    [InlineData("2026-01-15T11:59:59.999Z", "1.1", "0.000000028")]
    [InlineData("2026-01-15T12:00:00Z", "1.3", "0.000000032")]
    public void A_charge_is_converted_at_the_exchange_rate_in_force_at_setup_half_even(string setup, string rate, string system)
    {
        (RatedSide a, _) = InEuro(Rate(1, "1.1", Interval.Always), Rate(2, "1.3", From("2026-01-15T12:00:00Z"))).Rate(new Call { Setup = setup });
        Assert.Equal((Euro, rate, Money.Parse("0.000000025"), Money.Parse(system)), (a.Currency, a.ExchangeRate.ToString(), a.Charge, a.SystemCharge));
    }

    [Fact]
    public void A_deck_whose_currency_has_no_exchange_rate_for_all_of_its_time_is_refused()
    {
        Assert.Equal(["assignment 1: its deck is in EUR, which has no exchange rate to USD; add one"], InEuro().Errors());
        Assert.Equal(
            ["assignment 1: its deck is in EUR, and no exchange rate to USD is in force from 2026-02-01T00:00:00.000Z; add one, or let the assignment begin later"],
            InEuro(Rate(1, "1.1", new Interval(Interval.BeginningMs, At("2026-02-01"))), Rate(2, "1.2", From("2026-03-01"))).Errors());
    }

    [Fact]
    public void Exchange_rates_are_checked()
    {
        IReadOnlyList<string> errors = InEuro(Rate(1, "1.1", Interval.Always), Rate(2, "1.2", Interval.Always), Rate(3, "0", From("2026-01-01")),
            Rate(4, "1.1", Interval.Always) with { Currency = CurrencyCode.Usd }).Errors();
        Assert.Equal(
            [
                "exchange rate 3: the rate of EUR is 0; it must be above 0",
                "exchange rate 4: USD is the system currency; its rate is 1",
                "exchange rate 2: it begins at the same instant as exchange rate 1 of EUR; give it another date or leave one out",
            ],
            errors);
    }

    [Fact]
    public void Limits_hold_in_the_system_currency_at_every_exchange_rate_of_the_rows_time()
    {
        RateDeckSettings settings = new() { Type = DeckType.InternationalDialed, Currency = Euro };
        Carrier Limited(string rate, Interval inForce)
        {
            Carrier carrier = new Carrier().Assign(10, CallClass.International, Deck(settings, Row("49", rate) with { InForce = inForce }));
            carrier.Config = carrier.Config with { ExchangeRates = [Rate(1, "1", Interval.Always), Rate(2, "2", From("2026-02-01"))] };
            return carrier;
        }

        Assert.Empty(Limited("25000", Interval.Always).Errors());
        Assert.Equal(["deck 100, line 2: a rate or fee is above 50000 USD at exchange rate 2 (2)"], Limited("25000.000000001", Interval.Always).Errors());
        Assert.Empty(Limited("25000.000000001", new Interval(Interval.BeginningMs, At("2026-02-01"))).Errors());
        Assert.Equal(["deck 100, line 2: a rate or fee is above 50000 USD at exchange rate 2 (2)"], Limited("-50000", Interval.Always).Errors());
    }
}
