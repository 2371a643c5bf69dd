using System.Globalization;
using Perimeter.Domain;
using Perimeter.Rating.Decks;

namespace Perimeter.Rating.Compiling;

/// <summary>The exchange rates of every currency, and what must hold of them and of the decks in those currencies.</summary>
internal sealed class CurrencyRates
{
    private readonly CurrencyCode _system;
    private readonly Dictionary<CurrencyCode, ExchangeRateTimeline> _timelines;

    private CurrencyRates(CurrencyCode system, Dictionary<CurrencyCode, ExchangeRateTimeline> timelines)
    {
        _system = system;
        _timelines = timelines;
    }

    public static CurrencyRates Compile(RatingConfig config, List<CompileError> errors)
    {
        foreach (ExchangeRateConfig rate in config.ExchangeRates)
        {
            if (rate.Rate.Picos <= 0)
            {
                errors.Add(new CompileError(CompileSubject.ExchangeRate, rate.Id, -1, 0, $"the rate of {rate.Currency} is {rate.Rate}; it must be above 0"));
            }

            if (rate.Currency == config.SystemCurrency && rate.Rate != ExchangeRate.One)
            {
                errors.Add(new CompileError(CompileSubject.ExchangeRate, rate.Id, -1, 0, $"{rate.Currency} is the system currency; its rate is 1"));
            }
        }

        Dictionary<CurrencyCode, ExchangeRateTimeline> timelines = [];
        foreach (IGrouping<CurrencyCode, ExchangeRateConfig> ofCurrency in config.ExchangeRates.GroupBy(static rate => rate.Currency))
        {
            foreach (IGrouping<long, ExchangeRateConfig> same in ofCurrency.GroupBy(static rate => rate.InForce.FromMs).Where(static same => same.Count() > 1))
            {
                ExchangeRateConfig second = same.ElementAt(1);
                errors.Add(new CompileError(CompileSubject.ExchangeRate, second.Id, -1, 0,
                    $"it begins at the same instant as exchange rate {same.First().Id} of {second.Currency}; give it another date or leave one out"));
            }

            timelines.Add(ofCurrency.Key, ExchangeRateTimeline.Of(ofCurrency));
        }

        timelines[config.SystemCurrency] = ExchangeRateTimeline.SystemCurrency;
        return new CurrencyRates(config.SystemCurrency, timelines);
    }

    public ExchangeRateTimeline Of(CurrencyCode currency) => _timelines[currency];

    /// <summary>Whether an exchange rate is in force throughout; else why not.</summary>
    public string? GapIn(CurrencyCode currency, Interval interval)
    {
        if (interval.IsEmpty)
        {
            return null;
        }

        if (!_timelines.TryGetValue(currency, out ExchangeRateTimeline? timeline))
        {
            return $"its deck is in {currency}, which has no exchange rate to {_system}; add one";
        }

        return timeline.FirstGap(interval) is { } gap
            ? $"its deck is in {currency}, and no exchange rate to {_system} is in force from {Instant.Text(gap)}; add one, or let the assignment begin later"
            : null;
    }

    /// <summary>The largest amounts hold in the system currency too, at every exchange rate of their time.</summary>
    public void CheckLimits(RateDeckConfig deck, List<CompileError> errors)
    {
        if (deck.Settings.Currency == _system || !_timelines.TryGetValue(deck.Settings.Currency, out ExchangeRateTimeline? timeline))
        {
            return;
        }

        foreach (ExchangeRateConfig rate in timeline.Rates.Where(rate => rate.InForce.Overlaps(deck.InForce)))
        {
            if (IsAbove(deck.Settings.MinimumCharge.Nanos, rate) || IsAbove(deck.Settings.PayphoneSurcharge.Nanos, rate))
            {
                errors.Add(new CompileError(CompileSubject.Deck, deck.Id.Value, -1, 0, Above("its minimum charge or payphone surcharge", rate)));
            }

            for (int i = 0; i < deck.Rows.Count; i++)
            {
                ref readonly RateRowDetails details = ref deck.Rows.DetailsOf(i);
                if (details.InForce.Overlaps(rate.InForce)
                    && (IsAbove(details.ConnectFee.Nanos, rate) || IsAbove(DeckChecks.LargestRateNanos(deck.Rows.RatesOf(i), details.InitialRate), rate)))
                {
                    errors.Add(new CompileError(CompileSubject.DeckRow, deck.Id.Value, i, deck.Rows.Lines[i], Above("a rate or fee", rate)));
                }
            }
        }
    }

    private static bool IsAbove(Int128 nanos, ExchangeRateConfig rate) =>
        Int128.Abs(nanos * rate.Rate.Picos) > (Int128)Rate.LimitNanos * ExchangeRate.PicosPerUnit;

    private string Above(string what, ExchangeRateConfig rate) => string.Create(
        CultureInfo.InvariantCulture, $"{what} is above {new Rate(Rate.LimitNanos)} {_system} at exchange rate {rate.Id} ({rate.Rate})");
}
