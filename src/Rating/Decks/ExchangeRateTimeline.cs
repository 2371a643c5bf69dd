using Perimeter.Domain;

namespace Perimeter.Rating.Decks;

/// <summary>The exchange rates of one currency over time; each holds at the latest until the next begins.</summary>
internal sealed class ExchangeRateTimeline
{
    private readonly ExchangeRateConfig[] _rates;

    /// <summary>When the last of the rates is in force, by which most calls are converted, and that rate.</summary>
    private readonly Interval _lastInForce;
    private readonly ExchangeRate _last;

    private ExchangeRateTimeline(ExchangeRateConfig[] rates)
    {
        _rates = rates;
        _lastInForce = rates.Length > 0 ? rates[^1].InForce : default;
        _last = rates.Length > 0 ? rates[^1].Rate : default;
    }

    /// <summary>The system currency's: one, always.</summary>
    public static ExchangeRateTimeline SystemCurrency { get; } =
        new([new ExchangeRateConfig(0, default, ExchangeRate.One, Interval.Always)]);

    /// <param name="rates">All of one currency, each with its own beginning.</param>
    public static ExchangeRateTimeline Of(IEnumerable<ExchangeRateConfig> rates)
    {
        ExchangeRateConfig[] byBeginning = [.. rates.OrderBy(static rate => rate.InForce.FromMs)];
        for (int i = 0; i + 1 < byBeginning.Length; i++)
        {
            Interval inForce = byBeginning[i].InForce;
            byBeginning[i] = byBeginning[i] with { InForce = inForce with { ToMs = Math.Min(inForce.ToMs, byBeginning[i + 1].InForce.FromMs) } };
        }

        return new ExchangeRateTimeline(byBeginning);
    }

    public IReadOnlyList<ExchangeRateConfig> Rates => _rates;

    /// <summary>The rate in force; a compiled snapshot has one wherever it has a deck of this currency.</summary>
    public ExchangeRate At(long instantMs) => _lastInForce.Contains(instantMs) ? _last : Earlier(instantMs);

    private ExchangeRate Earlier(long instantMs)
    {
        for (int i = _rates.Length - 2; i >= 0; i--)
        {
            if (_rates[i].InForce.Contains(instantMs))
            {
                return _rates[i].Rate;
            }
        }

        throw new InvalidOperationException($"No exchange rate is in force at {instantMs}: the snapshot should not have compiled.");
    }

    /// <summary>The first instant of the interval without a rate, or null where there is none.</summary>
    public long? FirstGap(Interval interval)
    {
        long covered = interval.FromMs;
        foreach (ExchangeRateConfig rate in _rates)
        {
            if (rate.InForce.FromMs <= covered && covered < rate.InForce.ToMs)
            {
                covered = rate.InForce.ToMs;
            }
        }

        return covered < interval.ToMs ? covered : null;
    }
}
