using System.CommandLine;
using System.Globalization;
using System.Text;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Rating.Explain;

namespace Perimeter.Commands;

/// <summary><c>perimeter explain --deck</c>: why a call costs what it costs by one deck.</summary>
internal sealed class ExplainDeck
{
    private readonly DeckOptions _deck = new();
    private readonly Option<string> _ani = new("--ani") { Description = "With --deck: the calling number" };
    private readonly Option<string> _dnis = new("--dnis") { Description = "With --deck: the called number" };
    private readonly Option<string> _dnisSent = new("--dnis-sent") { Description = "With --deck: the number that a toll-free call was delivered to" };
    private readonly Option<string> _lrn = new("--lrn") { Description = "With --deck: the location routing number" };
    private readonly Option<string> _oli = new("--oli") { Description = "With --deck: the originating line information; 27, 29 and 70 are payphones" };
    private readonly Option<string> _tier = new("--tier") { Description = "With --deck, of type did: the tier of the called number, 1 to 7" };
    private readonly Option<string> _duration = new("--duration") { Description = "With --deck: seconds from answer to end, up to three digits after the point; 0 is not answered" };
    private readonly Option<string> _at = new("--at") { Description = "With --deck: when the call was set up, ISO 8601, without a zone UTC; now where this is not given" };

    private ExplainDeck()
    {
    }

    public static ExplainDeck AddTo(Command command)
    {
        var explain = new ExplainDeck();
        explain._deck.AddTo(command);
        foreach (Option option in (Option[])[explain._ani, explain._dnis, explain._dnisSent, explain._lrn, explain._oli, explain._tier, explain._duration, explain._at])
        {
            command.Options.Add(option);
        }

        return explain;
    }

    public int Run(ParseResult parsed, bool asJson)
    {
        var errors = new List<string>();
        DeckRequest request = _deck.Read(parsed, errors);
        long setupMs = ReadSetup(parsed, errors);
        long rawMs = ReadDuration(parsed, errors);
        byte tier = ReadTier(parsed, errors);
        if (parsed.GetValue(_dnis) is null)
        {
            errors.Add("--dnis is missing: give the called number");
        }

        if (errors.Count > 0)
        {
            errors.ForEach(Console.Error.WriteLine);
            return RateRun.NothingRated;
        }

        OneDeck? deck = OneDeck.Load(request, new RateMessages(Console.Error, isTerminal: false, TimeProvider.System));
        if (deck is null)
        {
            return RateRun.NothingRated;
        }

        var call = new OneDeckCall
        {
            Ani = Bytes(parsed, _ani),
            Dnis = Bytes(parsed, _dnis),
            DnisSent = Bytes(parsed, _dnisSent),
            Lrn = Bytes(parsed, _lrn),
            Oli = Bytes(parsed, _oli),
            Tier = tier,
            SetupMs = setupMs,
            Answered = rawMs > 0,
            RawMs = rawMs,
        };
        SideExplanation explanation = deck.Rater.Explain(call, destination => deck.Destinations[destination.Value]);
        Console.Out.WriteLine((asJson ? ExplanationJson.Render(explanation) : ExplanationText.Render(explanation)).TrimEnd('\n'));
        return RateRun.Good;
    }

    private byte ReadTier(ParseResult parsed, List<string> errors)
    {
        string? text = parsed.GetValue(_tier);
        if (text is null)
        {
            return 0;
        }

        if (byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte tier) && tier is >= 1 and <= NumberConfig.MaxTier)
        {
            return tier;
        }

        errors.Add($"--tier {text} is not 1 to {NumberConfig.MaxTier}");
        return 0;
    }

    private long ReadSetup(ParseResult parsed, List<string> errors)
    {
        string? text = parsed.GetValue(_at);
        if (text is null)
        {
            return TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        }

        if (IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out IsoTime time))
        {
            return time.UtcMs;
        }

        errors.Add($"--at {text} is no time: write ISO 8601, as in 2026-11-25T08:30:00Z");
        return 0;
    }

    private long ReadDuration(ParseResult parsed, List<string> errors)
    {
        string? text = parsed.GetValue(_duration);
        if (text is null)
        {
            errors.Add("--duration is missing: give the seconds from answer to end, 0 for a call that was not answered");
            return 0;
        }

        if (FixedPoint.TryParse(text, 3, out long ms) && ms is >= 0 and <= CallEvent.MaxDurationMs)
        {
            return ms;
        }

        long longest = CallEvent.MaxDurationMs / 1000;
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"--duration {text} is not a number of seconds from 0 to {longest} with up to three digits after the point"));
        return 0;
    }

    private static byte[] Bytes(ParseResult parsed, Option<string> option) => Encoding.UTF8.GetBytes(parsed.GetValue(option) ?? "");
}
